// node test/plan/compare.mjs [name...]: plans the projects of cases.json with build/plantool and compares bun.lock byte for byte with
// what Bun 1.4.5 wrote for the same answers: fresh, read and written again, and planned again with the lock. No network.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";

const here = import.meta.dirname, tool = path.join(here, "../../build/plantool");
const cases = JSON.parse(fs.readFileSync(path.join(here, "cases.json"), "utf8"));
const wanted = process.argv.slice(2);

/** A registry's answer for one package; integrity is made up from the name and the version. */
function answer(name, of) {
  const versions = of.versions ?? of, out = { name, "dist-tags": { ...of["dist-tags"] }, versions: {}, time: of.time };
  let last;
  for (const [version, manifest] of Object.entries(versions)) {
    if (version === "dist-tags") continue;
    last = version;
    const integrity = "sha512-" + createHash("sha512").update(name + version).digest("base64");
    out.versions[version] = { name, version, ...manifest, dist: { integrity, ...manifest.dist } };
  }
  out["dist-tags"].latest ??= last;
  return JSON.stringify(out);
}

const run = (...args) => spawnSync(tool, args, { encoding: "utf8", timeout: 20000 });
let tried = 0, failed = 0;
for (const [name, c] of Object.entries(cases)) {
  if (wanted.length && !wanted.includes(name)) continue;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bao-plan-")), answers = path.join(folder, "answers");
  const put = (file, text) => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  };
  for (const [file, text] of Object.entries(c.files)) put(file, text);
  fs.mkdirSync(answers);
  for (const [p, of] of Object.entries(c.registry)) put(`answers/${p.replace("/", "+")}.json`, answer(p, of));
  const fresh = run("plan", folder, answers);
  const why = [];
  if (c.lock === null) fresh.status || why.push("is planned, but Bun refuses it");
  else {
    if (fresh.stdout !== c.lock) why.push("differs: " + fresh.stderr.split("\n")[0]);
    put("bun.lock", c.lock);
    if (run("lock", path.join(folder, "bun.lock")).stdout !== c.lock) why.push("differs when it is read and written");
    const again = run("plan", folder, answers, path.join(folder, "bun.lock"));
    if (again.stdout !== c.lock || /^change/m.test(again.stderr)) why.push("differs when it is planned with its lock");
  }
  for (const one of why) console.log(`(fail) ${name} ${one}`);
  tried++;
  failed += why.length > 0;
  fs.rmSync(folder, { recursive: true });
}
console.log(`${tried - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
