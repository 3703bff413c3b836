// Fills templates the way mail platforms do. Standard input: [{"engine", "template", "data"}]; standard output: the texts.
import { text } from "node:stream/consumers";
import { Liquid } from "liquidjs";
import Handlebars from "handlebars";
import brazejs from "brazejs";
import mustache from "mustache";
import nunjucks from "nunjucks";

const liquid = new Liquid({ strictFilters: true });
const strict = new Liquid({ strictFilters: true, strictVariables: true, lenientIf: true });
const braze = new brazejs.default();
// Iterable's helper: what its own template prints, URL-encoded.
Handlebars.registerHelper("urlEncode", function (options) {
  return new Handlebars.SafeString(encodeURIComponent(options.fn(this)));
});

const escaping = new nunjucks.Environment(null, { autoescape: true });

const ENGINES = {
  liquidjs: (template, data) => liquid.parseAndRender(template, data),
  "liquidjs, strict": (template, data) => strict.parseAndRender(template, data),
  brazejs: (template, data) => braze.parseAndRender(template, data),
  handlebars: (template, data) => Handlebars.compile(template)(data),
  mustache: (template, data) => mustache.render(template, data),
  nunjucks: (template, data) => escaping.renderString(template, data),
};

const jobs = JSON.parse(await text(process.stdin));
const filled = await Promise.all(jobs.map(({ engine, template, data }) => ENGINES[engine](template, data)));
process.stdout.write(JSON.stringify(filled), () => process.exit(0));
