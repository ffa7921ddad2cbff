import { existsSync, readFileSync } from "node:fs";
import { Failure } from "../conf/failure.ts";
import { BOOT_IMAGE, type BootImage, type Verity } from "../initrd/boot-image.ts";

/** What the boot files say of their image; undefined with those of an ltsp that knew no versions. */
export function readBootImage(path = `/${BOOT_IMAGE}`): BootImage | undefined {
  if (!existsSync(path)) return undefined;
  const found = parse(readFileSync(path, "utf8"));
  if (isBootImage(found)) return found;
  throw new Failure(
    "invalid",
    path,
    "modules.img brings it, and it does not say which version of an image this is",
    "On the server, make both anew: ltsp image IMAGE",
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBootImage(found: unknown): found is BootImage {
  if (!isObject<BootImage>(found)) return false;
  const { name, version, size, verity } = found;
  return isName(name) && isName(version) && isCount(size) && (verity === undefined || isVerity(verity));
}

function isVerity(found: unknown): found is Verity {
  if (!isObject<Verity>(found)) return false;
  const { rootHash, salt, dataBlocks, hashStart } = found;
  return [rootHash, salt].every(isHex) && [dataBlocks, hashStart].every(isCount);
}

function isObject<T>(found: unknown): found is { [key in keyof T]: unknown } {
  return typeof found === "object" && found !== null;
}

/** Both are parts of paths. */
function isName(found: unknown): found is string {
  return typeof found === "string" && /^\w[\w.+~:-]*$/.test(found);
}

function isHex(found: unknown): boolean {
  return typeof found === "string" && /^([0-9a-f]{2})*$/.test(found);
}

function isCount(found: unknown): boolean {
  return Number.isSafeInteger(found) && Number(found) > 0;
}
