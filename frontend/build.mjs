// Builds what the browser gets: kpilot/web/static/dist, with content-hashed names, a manifest for
// the page templates, and gzip and Brotli twins that WhiteNoise serves as they are. The new files come
// first, the manifest last and the old ones go after it: a running server always finds a whole set.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "kpilot", "web", "static", "dist");

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

const built = new Map(
  Object.entries(result.metafile.outputs).map(([file, made]) => [relative(out, join(here, file)), made]),
);
const manifest = {};
for (const [name, made] of built) {
  if (made.entryPoint) manifest[made.entryPoint.split("/").at(-1)] = name;
  else if (name.startsWith("inter-latin-opsz")) manifest["font.woff2"] = name;
}

const packed = { gz: promisify(gzip), br: promisify(brotliCompress) };
const options = { gz: { level: 9 }, br: { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } } };
const kept = new Set([...built.keys(), "manifest.json"]);
for (const name of built.keys()) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const bytes = await readFile(join(out, name));
  for (const kind of ["gz", "br"]) {
    await writeFile(join(out, `${name}.${kind}`), await packed[kind](bytes, options[kind]));
    kept.add(`${name}.${kind}`);
  }
}

const fresh = join(out, "manifest.new");
await writeFile(fresh, JSON.stringify(manifest, null, 2) + "\n");
await rename(fresh, join(out, "manifest.json"));
for (const name of await readdir(out)) {
  if (!kept.has(name) && !name.startsWith(".")) await rm(join(out, name), { recursive: true });
}
