// Puts one mail through the HTML tools of mail developers. Standard input: {"mail": HTML, "images": {id: <img>}}.
// Standard output: {tool: HTML}. With the argument maizzle-6 through that alone, which wants a newer Node.
import { createElement } from "react";
import { text } from "node:stream/consumers";

const { mail, images } = JSON.parse(await text(process.stdin));

async function maizzle6() {
  const { render } = await import("maizzle-6");
  return (await render(`<template>${mail.replace(/<!DOCTYPE html>/i, "")}</template>`, { css: { inline: true } })).html;
}

const { load } = await import("cheerio");

function attributesOf(image) {
  const { style, ...attributes } = load(image)("img").attr();
  const rules = style.split(";").map((rule) => rule.split(":"));
  const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  return { ...attributes, style: Object.fromEntries(rules.map(([name, value]) => [camel(name), value])) };
}

async function reactEmail(image) {
  const { Html, Body, Img } = await import("@react-email/components");
  const { render } = await import("@react-email/render");
  const children = Object.entries(images).map(([id, tag]) => createElement("p", { key: id, id }, image(Img, tag)));
  return render(createElement(Html, null, createElement(Body, null, children)));
}

async function mjml(image) {
  const { default: toHtml } = await import("mjml");
  const body = Object.entries(images).map(([id, tag]) => image(id, tag)).join("\n");
  const { html, errors } = await toHtml(`<mjml><mj-body>${body}</mj-body></mjml>`);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return html;
}

function mjImage(id, tag) {
  const escaped = tag.replace(/^<img\n/, "<mj-image\n").replace(/\nwidth="(\d+)"\nheight="\d+"/, '\nwidth="$1px"').replace(/\nstyle="[^"]*"/, "");
  const column = `<mj-column>${escaped.replace(/>$/, " />")}</mj-column>`;
  return `<mj-raw><p id="${id}"></p></mj-raw><mj-section>${column}</mj-section>`;
}

const TOOLS = {
  "React Email": () => reactEmail((Img, tag) => createElement(Img, attributesOf(tag))),
  "React Email, set as HTML": () =>
    reactEmail((_, tag) => createElement("span", { dangerouslySetInnerHTML: { __html: tag } })),
  "Maizzle 5": async () => (await (await import("maizzle-5")).render(mail, { css: { inline: true } })).html,
  juice: async () => (await import("juice")).default(mail),
  "MJML, mj-image": () => mjml(mjImage),
  "MJML, mj-raw": () => mjml((id, tag) => `<mj-raw><p id="${id}">${tag}</p></mj-raw>`),
  "cheerio, html": () => load(mail).html(),
  "cheerio, xml": () => load(mail).xml(),
};

const wanted = process.argv[2] === "maizzle-6" ? { "Maizzle 6": maizzle6 } : TOOLS;
const written = {};
for (const [tool, run] of Object.entries(wanted)) written[tool] = await run();
process.stdout.write(JSON.stringify(written), () => process.exit(0));
