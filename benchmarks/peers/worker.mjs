// Draws for one npm peer: the same orders and answers as worker.py. node worker.mjs NAME
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const css = (line) => `rgb(${line.color.join(" ")})`;
const url = (path) => `data:image/png;base64,${readFileSync(path).toString("base64")}`;

// The tree that satori and @vercel/og take: the flat background, and the lines at their places over it.
const tree = (scene, source, texts) => ({
  type: "div",
  props: {
    style: { display: "flex", width: scene.width, height: scene.height },
    children: [
      { type: "img", props: { src: source, width: scene.width, height: scene.height,
                              style: { position: "absolute", left: 0, top: 0 } } },
      ...scene.lines.map((line, index) => ({
        type: "div",
        props: {
          style: { position: "absolute", left: line.x, top: line.top, width: line.width, fontFamily: line.family,
                   fontSize: line.size, lineHeight: line.line_height / line.size, whiteSpace: "nowrap",
                   color: `rgb(${line.color.join(",")})` },
          children: texts[index],
        },
      })),
    ],
  },
});

const fontsOf = (scene) =>
  [...new Map(scene.lines.map((line) => [line.family, line])).values()].map((line) => ({
    name: line.family, data: readFileSync(line.font), weight: 400, style: "normal",
  }));

const peers = {
  async satori() {
    const { default: satori } = await import("satori");
    const { Resvg } = await import("@resvg/resvg-js");
    return (scene) => {
      const source = url(scene.background), fonts = fontsOf(scene);
      return async (texts, format) => {
        if (format !== "png") throw new Error("writes no JPEG");
        const svg = await satori(tree(scene, source, texts), { width: scene.width, height: scene.height, fonts });
        return new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
      };
    };
  },

  async og() {
    const { ImageResponse } = await import("@vercel/og");
    return (scene) => {
      const source = url(scene.background), fonts = fontsOf(scene);
      return async (texts, format) => {
        if (format !== "png") throw new Error("writes no JPEG");
        const size = { width: scene.width, height: scene.height };
        return Buffer.from(await new ImageResponse(tree(scene, source, texts), { ...size, fonts }).arrayBuffer());
      };
    };
  },

  async takumi() {
    const { Renderer } = await import("@takumi-rs/core");
    const { container, image, text } = await import("@takumi-rs/helpers");
    const renderer = new Renderer();
    return async (scene) => {
      for (const font of fontsOf(scene)) await renderer.registerFont(font);
      const { width, height } = scene;
      const images = [{ src: scene.name, data: readFileSync(scene.background) }];
      return async (texts, format) => {
        const node = container({
          style: { display: "flex", width, height },
          children: [
            image({ src: scene.name, width, height, style: { position: "absolute", left: 0, top: 0 } }),
            ...scene.lines.map((line, index) => text(texts[index], {
              position: "absolute", left: line.x, top: line.top, width: line.width, fontFamily: line.family,
              fontSize: line.size, lineHeight: `${line.line_height}px`, whiteSpace: "nowrap", color: css(line),
            })),
          ],
        });
        const kind = format === "png" ? { format: "png" } : { format: "jpeg", quality: 85 };
        return renderer.render(node, { width, height, images, ...kind });
      };
    };
  },

  async canvas() {
    const { createCanvas, GlobalFonts, loadImage } = await import("@napi-rs/canvas");
    return async (scene) => {
      for (const line of scene.lines) GlobalFonts.registerFromPath(line.font, line.family);
      const background = await loadImage(scene.background);
      return async (texts, format) => {
        const canvas = createCanvas(scene.width, scene.height);
        const pen = canvas.getContext("2d", { alpha: false });
        pen.drawImage(background, 0, 0);
        scene.lines.forEach((line, index) => {
          pen.font = `${line.size}px ${line.family}`;
          pen.fillStyle = `rgb(${line.color.join(",")})`;
          pen.fillText(texts[index], line.x, line.baseline);
        });
        return format === "png" ? canvas.encodeSync("png") : canvas.encodeSync("jpeg", 85);
      };
    };
  },

  async sharp() {
    const { default: sharp } = await import("sharp");
    sharp.concurrency(1);
    return async (scene) => {
      const { data, info } = await sharp(scene.background).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const escaped = (value) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
      return async (texts, format) => {
        const overlays = scene.lines.map((line, index) => ({
          left: line.x, top: line.top,
          input: Buffer.from(
            `<svg xmlns="http://www.w3.org/2000/svg" width="${line.width}" height="${Math.ceil(line.line_height)}">` +
            `<text x="0" y="${line.baseline - line.top}" font-family="${line.family}" font-size="${line.size}px" ` +
            `fill="rgb(${line.color.join(",")})">${escaped(texts[index])}</text></svg>`),
        }));
        const image = sharp(data, { raw: info }).composite(overlays).removeAlpha();
        return format === "png"
          ? image.png({ compressionLevel: 1 }).toBuffer()
          : image.jpeg({ quality: 85, chromaSubsampling: "4:2:0" }).toBuffer();
      };
    };
  },
};

const drawn = {};
async function answer(order, prepare) {
  if (order.scene) {
    drawn[order.scene.name] = await prepare(order.scene);
    return { ready: true };
  }
  const started = performance.now();
  const body = await drawn[order.design](order.texts, order.format);
  const ms = performance.now() - started;
  if (order.save) writeFileSync(order.save, body);
  return { ms, bytes: body.length };
}

const prepare = await peers[process.argv[2]]();
for await (const line of createInterface({ input: process.stdin })) {
  let found;
  try {
    found = await answer(JSON.parse(line), prepare);
  } catch (error) {
    found = { error: String(error.message ?? error) };
  }
  process.stdout.write(JSON.stringify(found) + "\n");
}
