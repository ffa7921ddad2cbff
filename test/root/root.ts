import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Lease } from "../../client/facts.ts";
import { desktopOf } from "../../qemu/desktop.ts";
import type { Suite } from "../../qemu/roots.ts";
import { clientOf, type TestClient } from "../unit/client/client.ts";

/** A client whose root is a Debian desktop's, for concerns to change and for its programs to be run in. */
export interface DebianClient extends TestClient {
  /** Runs a program of the root in it, with /proc, /sys and /dev: its exit status, and all it wrote. */
  exec(...argv: string[]): { status: number | null; output: string };
  /** What a program wrote that must succeed. */
  ask(...argv: string[]): string;
  /** Starts a program of the root in it, which is ended with the test. */
  start(...argv: string[]): void;
}

/**
 * A client of a Debian suite's desktop root, with this ltsp.conf. What is written to its root, /run too, lies in an
 * overlay that is gone after the test.
 */
export function debianClient(suite: Suite, conf = "", changed: Partial<Lease> = {}): DebianClient {
  const top = mkdtempSync(join(tmpdir(), "ltsp-root-"));
  const root = join(top, "root");
  const layers = `lowerdir=${desktopOf(suite)},upperdir=${top}/upper,workdir=${top}/work`;
  // A tmpfs: an overlay's upper layer cannot lie on an overlay, which a container's /tmp may be.
  must("mount", "-t", "tmpfs", "ltsp-test", top);
  onTestFinished(() => {
    spawnSync("umount", ["--quiet", root]);
    must("umount", "--lazy", top);
    rmSync(top, { recursive: true });
  });
  for (const name of ["upper", "work", "root"]) mkdirSync(join(top, name));
  must("mount", "-t", "overlay", "ltsp-test", "-o", layers, root);
  const exec = (...argv: string[]) => inRoot(root, argv);
  const ask = (...argv: string[]) => {
    const { status, output } = exec(...argv);
    if (status !== 0) throw new Error(`${argv.join(" ")} ended with status ${status}: ${output}`);
    return output;
  };
  const start = (...argv: string[]) => {
    const program = spawn("unshare", isolated(root, argv), { env, stdio: "ignore" });
    onTestFinished(() => void program.kill());
  };
  return { ...clientOf(root, join(root, "run"), conf, changed), exec, ask, start };
}

/** $0 is the root; the mounts are gone with the last process in it. */
const enter = `
mount -t proc proc "$0/proc" && mount --rbind /sys "$0/sys" && mount --rbind /dev "$0/dev" &&
exec chroot "$0" "$@"`;

/** unshare's arguments. */
const isolated = (root: string, argv: readonly string[]) => [
  ...["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", enter, root],
  ...argv,
];

const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8" };

function inRoot(root: string, argv: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync("unshare", isolated(root, argv), {
    encoding: "utf8",
    env,
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw error;
  return { status, output: `${stdout}${stderr}`.trim() };
}

function must(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}
