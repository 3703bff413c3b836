<?php
// Signed image URLs of imgurl, in PHP 8.1 or newer. Runs on a server: whoever has the secret can sign anything.

const IMGURL_MARK = '&#233;&#261;&#351;&#1071;&#902;&#1488;&#1593;&#3585;&#26085;&#353;&#1110;&#273;';

/** Returns a signed URL. $pairs: sealed values and controls by name; $tags: the platform's tag of each open field. */
function imgurl_mint(string $secret, string $base, string $design, string $ext, array $pairs, array $tags = []): string
{
    $secret = base64_decode(strtr($secret, '-_', '+/'));
    if (strlen($secret) < 32) throw new InvalidArgumentException('the secret has less than 32 bytes');
    ksort($tags, SORT_STRING);
    if ($tags) $pairs['_o'] = implode('.', array_keys($tags));
    ksort($pairs, SORT_STRING);
    $parts = ['imgurl-url-1', $design, $ext, count($pairs)];
    foreach ($pairs as $name => $value) {
        // 1: a control character; false: not UTF-8.
        if (preg_match('/\p{Cc}/u', $value) !== 0) throw new InvalidArgumentException("$name can't be signed");
        array_push($parts, $name, $value);
    }
    $canonical = implode(array_map(fn($part) => strlen($part) . ":$part,", $parts));
    $key = hash_hmac('sha256', 'imgurl/url/v1', $secret, true);
    $signature = rtrim(strtr(base64_encode(hash_hmac('sha256', $canonical, $key, true)), '+/', '-_'), '=');
    $url = "$base/i/$design.$ext?" . http_build_query($pairs, '', '&') . "&_s=$signature";
    foreach ($tags as $name => $tag) $url .= "&$name=$tag";
    return $tags ? "$url&_z=1" : $url;
}

/** Returns the <img> of a URL for the HTML of a mail. */
function imgurl_tag(string $url, int $width, int $height, string $alt): string
{
    $src = preg_replace('/&amp;_z=1$/D', '&amp;_z=' . IMGURL_MARK, str_replace('&', '&amp;', $url));
    $alt = htmlspecialchars($alt);
    return "<img\nsrc=\"$src\"\nwidth=\"$width\"\nheight=\"$height\"\nalt=\"$alt\">";
}
