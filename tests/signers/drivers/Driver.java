import java.io.*;
import java.util.*;
import static java.nio.charset.StandardCharsets.UTF_8;

public final class Driver {
    public static void main(String[] arguments) throws Exception {
        var input = new Scanner(System.in, UTF_8).useDelimiter("\n");
        var output = new PrintStream(System.out, true, UTF_8);
        while (input.hasNext()) {
            String[] parts = input.next().split("\t", -1);
            int count = Integer.parseInt(parts[5]);
            var pairs = new HashMap<String, String>();
            var tags = new HashMap<String, String>();
            for (int place = 6; place + 1 < parts.length; place += 2)
                ((place - 6) / 2 < count ? pairs : tags).put(parts[place], parts[place + 1]);
            try {
                String url = ImgurlMint.mint(parts[0], parts[1], parts[2], parts[3], pairs, tags);
                output.print(url + "\t" + ImgurlMint.tag(url, 600, 315, parts[4]).replace("\n", "\t") + "\n");
            } catch (IllegalArgumentException error) {
                output.print("!" + error.getMessage() + "\n");
            }
        }
    }
}
