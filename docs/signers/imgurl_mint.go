// Package imgurl makes signed image URLs. It runs on a server: whoever has the secret can sign anything.
package imgurl

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/url"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

const mark = "&#233;&#261;&#351;&#1071;&#902;&#1488;&#1593;&#3585;&#26085;&#353;&#1110;&#273;"

// Mint returns a signed URL. pairs: sealed values and controls by name; tags: the platform's tag of each open field.
func Mint(secret, base, design, ext string, pairs, tags map[string]string) (string, error) {
	bytes, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(secret, "="))
	if err != nil || len(bytes) < 32 {
		return "", fmt.Errorf("the secret is not base64url of 32 bytes or more")
	}
	signed := map[string]string{}
	for name, value := range pairs {
		if !utf8.ValidString(value) || strings.IndexFunc(value, unicode.IsControl) >= 0 {
			return "", fmt.Errorf("%s can't be signed", name)
		}
		signed[name] = value
	}
	if len(tags) > 0 {
		signed["_o"] = strings.Join(ascending(tags), ".")
	}
	canonical := netstrings("imgurl-url-1", design, ext, fmt.Sprint(len(signed)))
	var query, end string
	for _, name := range ascending(signed) {
		canonical += netstrings(name, signed[name])
		query += name + "=" + url.QueryEscape(signed[name]) + "&"
	}
	for _, name := range ascending(tags) {
		end += "&" + name + "=" + tags[name]
	}
	if len(tags) > 0 {
		end += "&_z=1"
	}
	signature := base64.RawURLEncoding.EncodeToString(digest(digest(bytes, "imgurl/url/v1"), canonical))
	return fmt.Sprintf("%s/i/%s.%s?%s_s=%s%s", base, design, ext, query, signature, end), nil
}

// Tag returns the <img> of a URL for the HTML of a mail.
func Tag(address string, width, height int, alt string) string {
	src := strings.ReplaceAll(address, "&", "&amp;")
	if strings.HasSuffix(src, "&amp;_z=1") {
		src = strings.TrimSuffix(src, "1") + mark
	}
	alt = html.EscapeString(alt)
	return fmt.Sprintf("<img\nsrc=\"%s\"\nwidth=\"%d\"\nheight=\"%d\"\nalt=\"%s\">", src, width, height, alt)
}

func digest(key []byte, data string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(data))
	return mac.Sum(nil)
}

func netstrings(parts ...string) (text string) {
	for _, part := range parts {
		text += fmt.Sprintf("%d:%s,", len(part), part)
	}
	return text
}

func ascending(pairs map[string]string) (names []string) {
	for name := range pairs {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
