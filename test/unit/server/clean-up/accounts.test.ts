import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockRoot, withoutPeople } from "../../../../server/clean-up/accounts.ts";
import { Rewrites } from "../../../../server/clean-up/rewrites.ts";

/** What becomes of these files of /etc. */
function cleaned(files: Record<string, string>, change = withoutPeople): Record<string, string> {
  const root = mkdtempSync(join(tmpdir(), "ltsp-accounts-"));
  mkdirSync(join(root, "etc"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, "etc", name), text, "latin1");
  const rewrites = new Rewrites(root);
  change(rewrites);
  return Object.fromEntries(Object.keys(files).map((name) => [name, rewrites.read(`etc/${name}`) ?? ""]));
}

test.each([
  ["ann:x:1000:1000::/home/ann:/bin/bash", false, "the first person"],
  ["ann:x:1000:1000::/home/ann:/usr/sbin/nologin", false, "a person who may not log in now"],
  ["ann:x:70000:70000::/home/ann:/bin/bash", false, "a person beyond UID_MAX"],
  ["avahi:x:999:999::/run:/usr/sbin/nologin", true, "a service"],
  ["nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin", true, "nobody"],
  ["snap_daemon:x:584788:584788::/nonexistent:/usr/bin/false", true, "a service with a high id"],
  ["+::::::", true, "a line for NIS, which is no account"],
])("%s stays: %s (%s)", (line, stays) => {
  expect(cleaned({ passwd: `${line}\n` }).passwd).toBe(stays ? `${line}\n` : "");
});

test("UID_MIN and GID_MIN of the root's login.defs say who is a person", () => {
  const files = cleaned({
    "login.defs": "# UID_MIN 5000\nUID_MIN\t\t 500\nGID_MIN 500\n",
    passwd: "old:x:500:500::/home/old:/bin/sh\nlow:x:499:499::/:/bin/sh\n",
    group: "old:x:500:\nlow:x:499:old,low\n",
  });
  expect(files).toMatchObject({ passwd: "low:x:499:499::/:/bin/sh\n", group: "low:x:499:low\n" });
});

test("a person's group goes with them, unless a service has it too", () => {
  const { group } = cleaned({
    passwd:
      "ann:x:1000:300::/home/ann:/bin/sh\nbob:x:1001:301::/home/bob:/bin/sh\nsrv:x:200:301::/:/bin/sh\n",
    group: "anns:x:300:\nshared:x:301:bob,srv\n",
  });
  expect(group).toBe("shared:x:301:srv\n");
});

test("marks that are no passwords stay as they are, and so does a name that is no UTF-8", () => {
  const shadow = "a:!:1::::::\nb:!!:1::::::\nc:*:1::::::\nd:!*:1::::::\ne::1::::::\n";
  expect(cleaned({ shadow }).shadow).toBe(shadow);
  expect(cleaned({ shadow: "a:!$y$hash:1::::::\n" }).shadow).toBe("a:*:1::::::\n");
  const passwd = "srv:x:100:100:M\xfcller:/:/bin/sh\n";
  expect(cleaned({ passwd }).passwd).toBe(passwd);
});

test("root keeps its password where only people are taken out, and is locked else, even without one", () => {
  const shadow = "root:$y$hash:1::::::\n";
  expect(cleaned({ shadow }).shadow).toBe(shadow);
  expect(cleaned({ shadow }, lockRoot).shadow).toBe("root:*:1::::::\n");
  expect(cleaned({ shadow: "root::1::::::\n" }, lockRoot).shadow).toBe("root:*:1::::::\n");
  expect(cleaned({ passwd: "root:x:0:0::/root:/bin/sh\n" }, lockRoot).passwd).toBe(
    "root:x:0:0::/root:/bin/sh\n",
  );
  expect(cleaned({ passwd: "root:$1$hash:0:0::/root:/bin/sh\n" }, lockRoot).passwd).toBe(
    "root:*:0:0::/root:/bin/sh\n",
  );
});
