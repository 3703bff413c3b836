#!/usr/bin/env bash
# @maizzle/framework 5.5.0: an expression that it does not know is left for the mail platform, but escaped as a value
# would be: the quotes of a filter's argument are character references afterwards, in text too. With @ before the braces
# it is left as it is, save for double quotes in an attribute.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @maizzle/framework@5.5.0
cat > probe.mjs <<'PROBE'
import { render } from "@maizzle/framework";
const html = [
  "{{ first_name | url_encode }}",
  "{{ first_name | default: 'you' }}",
  "@{{ first_name | default: 'you' }}",
  '@{{ first_name | default: "you" }}',
].map((tag) => (tag.includes('"') ? `<p>${tag}</p><img src='${tag}'>` : `<p>${tag}</p><img src="${tag}">`));
for (const line of html) console.log((await render(line, {})).html);
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
<p>{{ first_name | url_encode }}</p><img src="{{ first_name | url_encode }}" alt>
<p>{{ first_name | default: &#039;you&#039; }}</p><img src="{{ first_name | default: &#039;you&#039; }}" alt>
<p>{{ first_name | default: 'you' }}</p><img src="{{ first_name | default: 'you' }}" alt>
<p>{{ first_name | default: "you" }}</p><img src="{{ first_name | default: &quot;you&quot; }}" alt>
SEEN
echo "as stated"
