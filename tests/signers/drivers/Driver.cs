using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

public static class Driver
{
    public static void Main()
    {
        var utf8 = new UTF8Encoding(false);
        string all = new StreamReader(Console.OpenStandardInput(), utf8).ReadToEnd();
        var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true };
        foreach (string line in all.TrimEnd('\n').Split('\n'))
        {
            string[] parts = line.Split('\t');
            var pairs = new Dictionary<string, string>();
            var tags = new Dictionary<string, string>();
            for (int place = 6; place + 1 < parts.Length; place += 2)
                ((place - 6) / 2 < int.Parse(parts[5]) ? pairs : tags)[parts[place]] = parts[place + 1];
            try
            {
                string url = ImgurlMint.Mint(parts[0], parts[1], parts[2], parts[3], pairs, tags);
                output.Write(url + "\t" + ImgurlMint.Tag(url, 600, 315, parts[4]).Replace("\n", "\t") + "\n");
            }
            catch (ArgumentException error)
            {
                output.Write("!" + error.Message + "\n");
            }
        }
    }
}
