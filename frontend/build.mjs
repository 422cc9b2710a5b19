// Builds what the browser gets: kpilot/web/static/dist, with content-hashed names, a manifest for
// the page templates, and gzip and Brotli twins that WhiteNoise serves as they are.
import { rm, writeFile, readFile, readdir, mkdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "kpilot", "web", "static", "dist");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const result = await esbuild.build({
  absWorkingDir: here,
  entryPoints: { app: "src/app.ts", styles: "css/app.css", favicon: "src/favicon.svg" },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  metafile: true,
  legalComments: "none",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "copy" },
  logLevel: "warning",
});

const manifest = {};
for (const [file, made] of Object.entries(result.metafile.outputs)) {
  const name = relative(out, join(here, file));
  if (made.entryPoint) manifest[made.entryPoint.split("/").at(-1)] = name;
  else if (name.startsWith("inter-latin-opsz")) manifest["font.woff2"] = name;
}
await writeFile(join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");

const packed = { gz: promisify(gzip), br: promisify(brotliCompress) };
const options = { gz: { level: 9 }, br: { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } } };
for (const name of await readdir(out)) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const bytes = await readFile(join(out, name));
  for (const kind of ["gz", "br"]) {
    await writeFile(join(out, `${name}.${kind}`), await packed[kind](bytes, options[kind]));
  }
}
