require ARGV.shift

STDIN.each_line do |line|
  secret, base, design, ext, alt, count, *rest = line.b.chomp("\n").split("\t", -1).map { |text| text.force_encoding("UTF-8") }
  named = rest.each_slice(2).to_a
  begin
    url = ImgurlMint.mint(secret, base, design, ext, named.take(count.to_i).to_h, named.drop(count.to_i).to_h)
    puts [url, *ImgurlMint.tag(url, 600, 315, alt).split("\n")].join("\t")
  rescue ArgumentError => error
    puts "!#{error.message}"
  end
end
