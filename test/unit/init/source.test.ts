import { expect, test } from "vitest";
import { parseCmdline } from "../../../conf/cmdline.ts";
import { nameOf, parseSource, sourceOf } from "../../../init/source.ts";

/** What a command line boots, as messages name it, with DHCP's server at 10.0.0.1. */
function booted(cmdline: string): string {
  return sourceOf(parseCmdline(cmdline), "10.0.0.1").map(nameOf).join(" + ");
}

test.each([
  ["ltsp.image=nfs://10.0.0.2/srv/ltsp/images/x.img", "nfs://10.0.0.2/srv/ltsp/images/x.img"],
  ["ltsp.image=nfs://10.0.0.2/srv/ltsp/x/", "nfs://10.0.0.2/srv/ltsp/x/"],
  ["ltsp.image=nbd://10.0.0.2/x", "nbd://10.0.0.2:10809/x"],
  ["ltsp.image=nbd://10.0.0.2:2000/x", "nbd://10.0.0.2:2000/x"],
  ["ltsp.image=http://10.0.0.2:8080/x.img", "http://10.0.0.2:8080/x.img"],
  ["ltsp.image=file:/dev/sda1", "/dev/sda1"],
  ["ltsp.image=/images/x.img", "/images/x.img"],
  ["ltsp.image=nbd://10.0.0.2/old ltsp.image=nbd://10.0.0.2/new", "nbd://10.0.0.2:10809/new"],
  ["ltsp.image=nbd://10.0.0.2/a,,nbd://10.0.0.2/b", "nbd://10.0.0.2:10809/a + nbd://10.0.0.2:10809/b"],
  [
    "root=/dev/nfs nfsroot=10.0.0.2:/srv/ltsp ltsp.image=images/x.img",
    "nfs://10.0.0.2/srv/ltsp/images/x.img",
  ],
  ["root=/dev/nfs nfsroot=/srv/ltsp ltsp.image=images/x.img", "nfs://10.0.0.1/srv/ltsp/images/x.img"],
  ["root=/dev/nfs nfsroot=10.0.0.2:/srv/ltsp/x,vers=3,tcp,nolock", "nfs://10.0.0.2/srv/ltsp/x/"],
  [
    "root=/dev/nfs nfsroot=10.0.0.2:/srv/ltsp/,vers=3 ltsp.image=images/x.img",
    "nfs://10.0.0.2/srv/ltsp/images/x.img",
  ],
  ["root=/dev/nbd0 nbdroot=10.0.0.2:2000/x", "nbd://10.0.0.2:2000/x"],
  ["root=/dev/nbd0 nbdroot=10.0.0.2/x", "nbd://10.0.0.2:10809/x"],
  ["root=/dev/nbd0 nbdroot=10.0.0.2:x", "nbd://10.0.0.2:10809/x"],
])("%s boots %s", (cmdline, name) => {
  expect(booted(cmdline)).toBe(name);
});

test("options behind commas say how to mount a layer", () => {
  expect(parseSource("nfs://10.0.0.2/disk.img,partition=2,fstype=ext4,subdir=root,noatime")).toMatchObject([
    { partition: 2, fstype: "ext4", subdir: "root", options: ["noatime"] },
  ]);
});

test.each([
  ["ltsp.image=ftp://10.0.0.2/x.img", "ltsp.image=ftp://10.0.0.2/x.img: ftp: is no way to a root"],
  ["ltsp.image=nfs:/srv/x.img", "an nfs address needs a server and a path"],
  ["ltsp.image=nbd://10.0.0.2/", "an nbd address needs a server and an export"],
  ["ltsp.image=http://10.0.0.2", "an http address needs a server and a path"],
  ["ltsp.image=x.img,partition=first", "partition=first is no number from 1"],
  ["quiet splash", "the kernel command line does not say what to boot"],
  ["root=/dev/nbd0", "an nbd address needs a server and an export"],
])("%s is refused, with the forms that there are", (cmdline, why) => {
  expect(() => booted(cmdline)).toThrow(why);
  expect(() => booted(cmdline)).toThrow("Write ltsp.image=nfs://SERVER/path/to.img");
});
