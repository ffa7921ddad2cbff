import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { requireProgram } from "./run.ts";

/** What apt and dpkg lock while they work (Debian Policy's dpkg(1), since 1.19.1): apt keeps the first for its whole run. */
const locks = ["var/lib/dpkg/lock-frontend", "var/lib/dpkg/lock"];

/**
 * Takes fcntl(2) locks, which Node cannot, until its standard input ends: so they go with whoever started it. perl-base is
 * essential where dpkg is. The structure is flock's of 64-bit Linux; F_GETLK answers with the pid of who has the lock.
 */
const holder = `
use strict;
use Fcntl qw(F_SETLK F_GETLK F_WRLCK SEEK_SET);
my @open;
my $wanted = pack("s s x4 q q i x4", F_WRLCK, SEEK_SET, 0, 0, 0);
for my $path (@ARGV) {
  open(my $file, "+<", $path) or do { print "cannot open $path: $!\\n"; exit 1 };
  unless (fcntl($file, F_SETLK, $wanted)) {
    my $other = $wanted;
    fcntl($file, F_GETLK, $other);
    print "busy ", (unpack("s s x4 q q i x4", $other))[4], "\\n";
    exit 1;
  }
  push @open, $file;
}
$| = 1;
print "locked\\n";
<STDIN>;
`;

/**
 * Runs `use` while no package of a root can be installed or removed, or the image would have half of one. Fails with
 * "busy" where the package manager is at work. Roots without dpkg, and what is mounted for reading (undefined), are not
 * locked.
 */
export async function withPackageLock<T>(root: string | undefined, use: () => Promise<T>): Promise<T> {
  if (root === undefined) return use();
  const paths = locks.map((path) => join(root, path)).filter((path) => existsSync(path));
  if (paths.length === 0) return use();
  requireProgram("perl");
  const child = spawn("perl", ["-e", holder, "--", ...paths], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  try {
    const [answer] = await Promise.race([once(child.stdout, "data"), once(child.stdout, "end")]);
    const said = String(answer ?? "").trim();
    if (said !== "locked") throw refusal(root, said);
    return await use();
  } finally {
    child.stdin.end();
    await ended;
  }
}

function refusal(root: string, said: string): Failure {
  const pid = /^busy (\d+)$/.exec(said)?.[1];
  if (pid === undefined)
    return new Failure(
      "system",
      root,
      `its package manager cannot be locked: ${said || "perl did not start"}`,
    );
  return new Failure(
    "busy",
    root,
    `apt or dpkg is at work on it (process ${pid}), and the image would have half of a package`,
    "Wait until it is done.",
  );
}
