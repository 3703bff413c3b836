#!/usr/bin/env bash
# @react-email/components 1.0.12 with react 19.3.1, and liquidjs 10.30.1, meet: React writes quotes of both kinds in an
# attribute as character references. A merge tag whose filter has no argument comes through; {{ first_name | default:
# 'you' }} in an image's URL or alternative text stops the engine, and with it the whole mail.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @react-email/components@1.0.12 @react-email/render@2.3.1 react@19.3.1 react-dom@19.3.1 liquidjs@10.30.1
cat > probe.mjs <<'PROBE'
import React from "react";
import { Img } from "@react-email/components";
import { render } from "@react-email/render";
import { Liquid } from "liquidjs";
for (const tag of ["{{ first_name | url_encode }}", "{{ first_name | default: 'you' }}", '{{ first_name | default: "you" }}']) {
  const html = (await render(React.createElement(Img, { alt: `Hi ${tag}` }))).match(/alt="[^"]*"/)[0];
  console.log(html);
  console.log(await new Liquid().parseAndRender(html, { first_name: "Ava" }).catch((error) => `${error.name}: ${error.originalError?.message ?? error.message}`));
}
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
alt="Hi {{ first_name | url_encode }}"
alt="Hi Ava"
alt="Hi {{ first_name | default: &#x27;you&#x27; }}"
TokenizationError: unexpected character "&#x27;you&#x27;", line:1, col:34
alt="Hi {{ first_name | default: &quot;you&quot; }}"
TokenizationError: unexpected character "&quot;you&quot;", line:1, col:34
SEEN
echo "as stated"
