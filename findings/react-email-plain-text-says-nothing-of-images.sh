#!/usr/bin/env bash
# @react-email/render 2.3.1: the plain-text version leaves images out with their alternative text. What stands on a
# personalised image and in its alt, the greeting with the name, is missing for everyone who reads the text; a link
# around the image is left without words.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund @react-email/components@1.0.12 @react-email/render@2.3.1 react@19.3.1 react-dom@19.3.1
cat > probe.mjs <<'PROBE'
import React from "react";
import { Body, Html, Img, Link, Text } from "@react-email/components";
import { render } from "@react-email/render";
const h = React.createElement;
const image = h(Img, { src: "https://img.example/i/a.png?n=Ava", alt: "Happy birthday, Ava!" });
const mail = h(Html, null, h(Body, null, image, h(Link, { href: "https://shop.example/" }, image), h(Text, null, "See you.")));
console.log(JSON.stringify(await render(mail, { plainText: true })));
PROBE
node probe.mjs > seen
diff - seen <<'SEEN'
"https://shop.example/\n\nSee you."
SEEN
echo "as stated"
