using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text;

/// <summary>Signed image URLs of imgurl. Runs on a server: whoever has the secret can sign anything.</summary>
public static class ImgurlMint
{
    const string Mark = "&#233;&#261;&#351;&#1071;&#902;&#1488;&#1593;&#3585;&#26085;&#353;&#1110;&#273;";

    // Throws where a text has an unpaired surrogate.
    static readonly Encoding Utf8 = new UTF8Encoding(false, true);

    /// <summary>Returns a signed URL. pairs: sealed values and controls by name; tags: the platform's tag of each
    /// open field.</summary>
    public static string Mint(string secret, string baseUrl, string design, string ext,
        IDictionary<string, string> pairs, IDictionary<string, string> tags)
    {
        string padded = secret.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        byte[] bytes = Convert.FromBase64String(padded.PadRight((padded.Length + 3) / 4 * 4, '='));
        if (bytes.Length < 32) throw new ArgumentException("the secret has less than 32 bytes");
        var opened = new SortedDictionary<string, string>(tags, StringComparer.Ordinal);
        var signed = new SortedDictionary<string, string>(pairs, StringComparer.Ordinal);
        if (opened.Count > 0) signed["_o"] = string.Join(".", opened.Keys);
        foreach (var pair in signed)
            if (pair.Value.Any(char.IsControl)) throw new ArgumentException(pair.Key + " can't be signed");
        var parts = new[] { "imgurl-url-1", design, ext, signed.Count.ToString() }
            .Concat(signed.SelectMany(pair => new[] { pair.Key, pair.Value }));
        string canonical = string.Concat(parts.Select(part => Utf8.GetByteCount(part) + ":" + part + ","));
        string signature = Convert.ToBase64String(Hmac(Hmac(bytes, "imgurl/url/v1"), canonical))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_');
        string query = string.Join("&", signed.Select(pair =>
            pair.Key + "=" + Uri.EscapeDataString(pair.Value).Replace("%20", "+")));
        string end = string.Concat(opened.Select(pair => "&" + pair.Key + "=" + pair.Value));
        if (end != "") end += "&_z=1";
        return baseUrl + "/i/" + design + "." + ext + "?" + query + "&_s=" + signature + end;
    }

    /// <summary>Returns the img element of a URL for the HTML of a mail.</summary>
    public static string Tag(string url, int width, int height, string alt)
    {
        string src = url.Replace("&", "&amp;");
        if (src.EndsWith("&amp;_z=1", StringComparison.Ordinal)) src = src.Substring(0, src.Length - 1) + Mark;
        string text = WebUtility.HtmlEncode(alt);
        return "<img\nsrc=\"" + src + "\"\nwidth=\"" + width + "\"\nheight=\"" + height + "\"\nalt=\"" + text + "\">";
    }

    static byte[] Hmac(byte[] key, string data)
    {
        using (var hmac = new HMACSHA256(key)) return hmac.ComputeHash(Utf8.GetBytes(data));
    }
}
