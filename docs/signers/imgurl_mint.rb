# Signed image URLs of imgurl, in Ruby 3.0 or newer. Runs on a server: whoever has the secret can sign anything.
require "cgi/escape"
require "openssl"
require "uri"

module ImgurlMint
  MARK = "&#233;&#261;&#351;&#1071;&#902;&#1488;&#1593;&#3585;&#26085;&#353;&#1110;&#273;"

  # Returns a signed URL. pairs: sealed values and controls by name; tags: the platform's tag of each open field.
  def self.mint(secret, base, design, ext, pairs, tags = {})
    secret = secret.tr("-_", "+/").unpack1("m")
    raise ArgumentError, "the secret has less than 32 bytes" if secret.bytesize < 32
    pairs = pairs.transform_values(&:to_s)
    pairs["_o"] = tags.keys.sort.join(".") unless tags.empty?
    pairs.each do |name, value|
      raise ArgumentError, "#{name} can't be signed" if !value.valid_encoding? || value.match?(/\p{Cc}/)
    end
    parts = ["imgurl-url-1", design, ext, pairs.size.to_s, *pairs.sort.flatten]
    canonical = parts.map { |part| "#{part.bytesize}:#{part}," }.join
    key = OpenSSL::HMAC.digest("SHA256", secret, "imgurl/url/v1")
    signature = [OpenSSL::HMAC.digest("SHA256", key, canonical)].pack("m0").tr("+/", "-_").delete("=")
    url = "#{base}/i/#{design}.#{ext}?#{URI.encode_www_form(pairs.sort)}&_s=#{signature}"
    tags.empty? ? url : url + tags.sort.map { |name, tag| "&#{name}=#{tag}" }.join + "&_z=1"
  end

  # Returns the <img> of a URL for the HTML of a mail.
  def self.tag(url, width, height, alt)
    src = url.gsub("&", "&amp;").sub(/&amp;_z=1\z/) { "&amp;_z=#{MARK}" }
    %(<img\nsrc="#{src}"\nwidth="#{width}"\nheight="#{height}"\nalt="#{CGI.escapeHTML(alt)}">)
  end
end
