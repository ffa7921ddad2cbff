import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cleanUpSteps } from "../../../../server/clean-up/steps.ts";
import { image } from "../../../../server/image.ts";
import { pem, planted, secretOf } from "../../../planted-secrets.ts";
import { type SmallServer, smallServer } from "../small-root.ts";

let server: SmallServer;
beforeEach(() => {
  server = smallServer();
});
afterEach(() => server.remove());

function plant(): void {
  for (const [index, [path, content]] of Object.entries(planted).entries())
    server.put(path, content(secretOf(index)));
  server.put(
    "etc/passwd",
    "root:x:0:0:root:/root:/bin/bash\ndaemon:SecretInPasswd:1:1::/:/usr/sbin/nologin\nann:x:1000:1000:Ann SecretName:/home/ann:/bin/bash\nnobody:x:65534:65534::/:/usr/sbin/nologin\n",
  );
  server.put(
    "etc/shadow",
    "root:$y$j9T$SecretOfRoot:1:0:99999:7:::\ndaemon:*:1::::::\nlp:$6$SecretOfLp:1::::::\nann:$y$SecretOfAnn:1::::::\n",
  );
  server.put("etc/group", "root:x:0:\nsudo:x:27:ann\nann:x:1000:\nstaff:x:50:\nSecretTeam:x:1500:ann\n");
  server.put(
    "etc/gshadow",
    "root:*::\nsudo:*::ann\nann:!::\nstaff:$6$SecretOfStaff::\nSecretTeam:!:ann:ann\n",
  );
  server.put("etc/subuid", "ann:100000:65536\n");
  chmodSync(join(server.root, "etc/shadow"), 0o640);
}

async function unpackedImage(options: { cleanUp?: boolean; conf?: string } = {}): Promise<string> {
  writeFileSync(server.options.conf, options.conf ?? "");
  await image(
    { argument: "pc", binary: server.binary, params: "", cleanUp: options.cleanUp ?? true },
    server.options,
  );
  const directory = join(server.directory, "unpacked");
  execFileSync("unsquashfs", ["-q", "-n", "-d", directory, join(server.options.base, "images/pc.img")]);
  return directory;
}

/** Which secrets stand anywhere in the files below a directory, names and symlinks too. */
function found(directory: string): string[] {
  const texts = readdirSync(directory, { recursive: true, withFileTypes: true, encoding: "utf8" }).map(
    (entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${entry.name}\n${entry.isFile() ? readFileSync(path, "latin1") : ""}`;
    },
  );
  return [...new Set(texts.flatMap((text) => text.match(/Secret\w+/g) ?? []))];
}

test("an image of a root that was used as a server has none of its secrets, and the root is as it was", async () => {
  plant();
  server.put("etc/cron.d/e2scrub", "0 3 * * * root e2scrub\n");
  server.put("root/.bashrc", "alias ll=ls\n");
  server.put("root/.ssh/authorized_keys", "ssh-ed25519 AAAA admin\n");
  server.put("etc/ssl/certs/school.pem", "-----BEGIN CERTIFICATE-----\nx\n");
  const before = execFileSync("tar", ["-cf", "-", "-C", server.root, "."], { maxBuffer: 1 << 26 });
  const unpacked = await unpackedImage();
  expect(found(unpacked)).toEqual([]);
  expect(execFileSync("tar", ["-cf", "-", "-C", server.root, "."], { maxBuffer: 1 << 26 })).toEqual(before);
  const read = (path: string) => readFileSync(join(unpacked, path), "utf8");
  expect(read("etc/passwd")).toBe(
    "root:x:0:0:root:/root:/bin/bash\ndaemon:*:1:1::/:/usr/sbin/nologin\nnobody:x:65534:65534::/:/usr/sbin/nologin\n",
  );
  expect(read("etc/shadow")).toBe("root:*:1:0:99999:7:::\ndaemon:*:1::::::\nlp:*:1::::::\n");
  expect(statSync(join(unpacked, "etc/shadow")).mode & 0o777).toBe(0o640);
  expect(read("etc/group")).toBe("root:x:0:\nsudo:x:27:\nstaff:x:50:\n");
  expect(read("etc/gshadow")).toBe("root:*::\nsudo:*::\nstaff:*::\n");
  expect(read("etc/subuid")).toBe("");
  expect(read("etc/machine-id")).toBe("");
  expect(read("etc/network/interfaces")).toContain("iface lo inet loopback");
  for (const kept of [
    "etc/cron.d/e2scrub",
    "root/.bashrc",
    "root/.ssh/authorized_keys",
    "etc/ssl/certs/school.pem",
  ])
    expect(read(kept)).not.toBe("");
  // What a system expects to find is there, empty.
  for (const directory of ["var/log/journal", "var/spool/cron/crontabs", "etc/ssl/private", "home"])
    expect(readdirSync(join(unpacked, directory)), directory).toEqual(
      directory === "var/log/journal" ? ["1"] : [],
    );
});

test("--cleanup=0 keeps all but homes and what is the server's alone", async () => {
  plant();
  const unpacked = await unpackedImage({ cleanUp: false });
  const left = found(unpacked);
  const gone = Object.keys(planted).filter((_, index) => !left.includes(secretOf(index)));
  expect(gone).toEqual(["home/ann/.bash_history", "etc/ltsp/ltsp.conf"]);
  expect(left).toContain("SecretOfRoot");
  expect(readFileSync(join(unpacked, "etc/passwd"), "utf8")).toContain("ann:x:1000");
});

test("OMIT_FUNCTIONS keeps one thing; what is no step is told with its line, and the rest is done", async () => {
  plant();
  const unpacked = await unpackedImage({ conf: '[server]\nOMIT_FUNCTIONS="root-password"\n' });
  expect(found(unpacked)).toEqual(["SecretOfRoot"]);
  writeFileSync(server.options.conf, "[server]\nOMIT_FUNCTIONS=rootpassword\n");
  const { errors, status } = await image({ argument: "pc", binary: server.binary }, server.options);
  expect(errors).toEqual([
    expect.stringMatching(/ltsp\.conf:2:1: rootpassword is no step.*root-password.*under \[clients\]/s),
  ]);
  expect(status).toBeUndefined();
});

test("the report names what stays out of this very root", async () => {
  server.put("etc/openvpn/school.key", pem("x"));
  const report = await image({ argument: "pc", binary: server.binary }, server.options);
  expect(report.data).toMatchObject({ leftOut: ["etc/openvpn/school.key"] });
  expect(report.lines.join("\n")).toContain("etc/openvpn/school.key");
});

test("a resolv.conf that is a symlink stays: it says who manages it", async () => {
  mkdirSync(join(server.root, "etc"), { recursive: true });
  symlinkSync("../run/systemd/resolve/stub-resolv.conf", join(server.root, "etc/resolv.conf"));
  const unpacked = await unpackedImage();
  expect(readdirSync(join(unpacked, "etc"))).toContain("resolv.conf");
});

test("OMIT_IMAGE_EXCLUDES takes back a key that was found", async () => {
  server.put("etc/openvpn/school.key", pem("SecretOfSchool"));
  const unpacked = await unpackedImage({ conf: "[server]\nOMIT_IMAGE_EXCLUDES=etc/openvpn/school.key\n" });
  expect(found(unpacked)).toEqual(["SecretOfSchool"]);
});

test.each(cleanUpSteps)("the manual page says what $name leaves out", ({ name, what }) => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/ltsp-image.8.md"), "utf8");
  expect(page).toContain(`| ${name} | ${what} |\n`);
});
