// The app's own words, so that a test finds a button by what it means, whatever it is called today.
import { fileURLToPath } from "node:url";
import { needs } from "./browser.mjs";

const { buildSync } = needs("esbuild");

function dictionary(language) {
  const { outputFiles } = buildSync({
    entryPoints: [
      fileURLToPath(
        new URL(`../../web/src/i18n/${language}.ts`, import.meta.url),
      ),
    ],
    ...{ bundle: true, write: false, format: "cjs", logLevel: "silent" },
  });
  const module = { exports: {} };
  new Function("module", "exports", outputFiles[0].text)(
    module,
    module.exports,
  );
  return module.exports[language];
}
const words = { vi: dictionary("vi"), en: dictionary("en") };

/** The text under a key (`scene.try`), its values filled in. */
export function say(language, key, values = {}) {
  const text = key.split(".").reduce((at, part) => at?.[part], words[language]);
  if (typeof text !== "string")
    throw new Error(`the app has no text ${key} in ${language}`);
  return text.replace(/\{\{(\w+)\}\}/g, (all, name) => values[name] ?? all);
}

/** The same as a pattern: what is filled in may be anything. */
export function pattern(language, key) {
  const escaped = say(language, key)
    .split(/\{\{\w+\}\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(escaped.join(".+"));
}
