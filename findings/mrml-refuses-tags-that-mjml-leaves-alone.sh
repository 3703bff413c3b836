#!/usr/bin/env bash
# mrml 0.2.4, MJML in Rust, beside mjml 5.4.1: a merge tag with a less-than sign, as <<NAME>>, <%= name %> or a
# comparison in {% if %}, is an error and no mail, inside mj-raw as well, where templates are to be left alone. mjml
# writes all three as they are, and personalised images' URLs with them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check mrml==0.2.4 2> /dev/null
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund mjml@5.4.1
cat > probe.mjs <<'PROBE'
import { execFileSync } from "node:child_process";
import mjml2html from "mjml";
for (const tag of ["*|FNAME|*", "<<NAME>>", "<%= name %>", "{% if age < 18 %}young{% endif %}"]) {
  const source = `<mjml><mj-body><mj-raw>${tag}</mj-raw></mj-body></mjml>`;
  const one = (await mjml2html(source)).html.includes(tag);
  const python = "import sys, mrml\ntry: print(sys.argv[2] in mrml.to_html(sys.argv[1]).content)\nexcept OSError as error: print(error)";
  console.log(tag, "mjml:", one, "mrml:", execFileSync(".venv/bin/python", ["-c", python, source, tag]).toString().trim());
}
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
*|FNAME|* mjml: true mrml: True
<<NAME>> mjml: true mrml: unable to parse next template in root template
<%= name %> mjml: true mrml: unable to parse next template in root template
{% if age < 18 %}young{% endif %} mjml: true mrml: unable to parse next template in root template
SEEN
echo "as stated"
