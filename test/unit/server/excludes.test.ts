import { expect, test } from "vitest";
import { evaluate } from "../../../conf/evaluate.ts";
import { parseConf } from "../../../conf/parse.ts";
import { excludesFor, mountsBelow } from "../../../server/excludes.ts";
import { defaults } from "../../../server/options.ts";

const mountinfo = [
  "22 1 254:1 / / rw - ext4 /dev/vda rw",
  "23 22 0:21 / /proc rw - proc proc rw",
  "24 22 8:1 / /mnt/My\\040Disk rw - ext4 /dev/sda1 rw",
  "25 22 8:2 / /srv/ltsp/pc/dev rw - devtmpfs udev rw",
  "",
].join("\n");

test("mounts in the root are found, wherever the root is", () => {
  expect(mountsBelow("/", mountinfo)).toEqual(["proc", "mnt/My Disk", "srv/ltsp/pc/dev"]);
  expect(mountsBelow("/srv/ltsp/pc", mountinfo)).toEqual(["dev"]);
});

test("ltsp.conf adds to the excludes and takes from them; hidden files are meant too", () => {
  const conf = parseConf(
    '[server]\nADD_IMAGE_EXCLUDES="\nopt/big/*\n"\nOMIT_IMAGE_EXCLUDES="home/*\nvar/www/*\nroot/.cache/x"\n',
    "ltsp.conf",
  );
  const excludes = excludesFor(
    "/nowhere",
    evaluate(conf, { side: "server", applet: "image" }),
    {
      ...defaults,
      base: "/nowhere/data",
      tftp: "/tftp",
    },
    { paths: ["etc/ssh/ssh_host_*", "var/www/*"], found: ["root/a*b", "root/.cache/x"] },
  );
  expect(excludes).toEqual(
    expect.arrayContaining(["opt/big/*", "opt/big/.*", "proc/*", "data/*", "data/.*", "etc/ssh/ssh_host_*"]),
  );
  for (const taken of ["home/*", "var/www/*", "root/.cache/x"]) expect(excludes).not.toContain(taken);
  expect(excludes).toContain("root/a\\*b");
});

test("an exclude that leads out of the root is refused", () => {
  const conf = parseConf("[server]\nADD_IMAGE_EXCLUDES='../etc'\n", "ltsp.conf");
  expect(() => excludesFor("/nowhere", evaluate(conf, { side: "server" }), defaults)).toThrow(
    /cannot have \.\./,
  );
});
