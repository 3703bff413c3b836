import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.util.*;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Signed image URLs of imgurl, in Java 11 or newer. Runs on a server: whoever has the secret can sign anything. */
public final class ImgurlMint {
    static final String MARK = "&#233;&#261;&#351;&#1071;&#902;&#1488;&#1593;&#3585;&#26085;&#353;&#1110;&#273;";
    static final Set<Integer> FORBIDDEN = Set.of((int) Character.CONTROL, (int) Character.SURROGATE);

    /** Returns a signed URL. pairs: sealed values and controls by name; tags: the platform's tag of each open field. */
    public static String mint(String secret, String base, String design, String ext, Map<String, String> pairs,
            Map<String, String> tags) throws GeneralSecurityException {
        byte[] bytes = Base64.getUrlDecoder().decode(secret);
        if (bytes.length < 32) throw new IllegalArgumentException("the secret has less than 32 bytes");
        var opened = new TreeMap<>(tags);
        var signed = new TreeMap<>(pairs);
        if (!tags.isEmpty()) signed.put("_o", String.join(".", opened.keySet()));
        signed.forEach((name, value) -> {
            if (value.codePoints().anyMatch(code -> FORBIDDEN.contains(Character.getType(code))))
                throw new IllegalArgumentException(name + " can't be signed");
        });
        var parts = new ArrayList<>(List.of("imgurl-url-1", design, ext, "" + signed.size()));
        signed.forEach((name, value) -> parts.addAll(List.of(name, value)));
        String canonical = parts.stream().map(part -> part.getBytes(UTF_8).length + ":" + part + ",")
            .collect(Collectors.joining());
        byte[] signature = hmac(hmac(bytes, "imgurl/url/v1"), canonical);
        String query = signed.entrySet().stream()
            .map(pair -> pair.getKey() + "=" + URLEncoder.encode(pair.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
        String end = opened.entrySet().stream()
            .map(pair -> "&" + pair.getKey() + "=" + pair.getValue()).collect(Collectors.joining());
        return base + "/i/" + design + "." + ext + "?" + query + "&_s="
            + Base64.getUrlEncoder().withoutPadding().encodeToString(signature) + end + (end.isEmpty() ? "" : "&_z=1");
    }

    /** Returns the img element of a URL for the HTML of a mail. */
    public static String tag(String url, int width, int height, String alt) {
        String src = url.replace("&", "&amp;").replaceFirst("&amp;_z=1$", "&amp;_z=" + MARK);
        String text = alt.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
        return "<img\nsrc=\"" + src + "\"\nwidth=\"" + width + "\"\nheight=\"" + height + "\"\nalt=\"" + text + "\">";
    }

    private static byte[] hmac(byte[] key, String data) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(data.getBytes(UTF_8));
    }
}
