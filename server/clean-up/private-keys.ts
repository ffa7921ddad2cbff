import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { entriesIn } from "../files.ts";

/** Where packages and admins keep keys. */
const directories = ["etc", "root", "usr/local/etc", "opt"];

/** PEM (RFC 7468), OpenSSH, PGP, OpenVPN, PuTTY, WireGuard. */
const header =
  /^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|^-----BEGIN OpenVPN Static key|^PuTTY-User-Key-File-\d|^\s*(?:PrivateKey|PresharedKey)\s*=\s*[A-Za-z0-9+/]{43}=/m;

/** Files that hold keys and are not text: PKCS #12, Java's, Kerberos', KeePass'. */
const stores = /\.(p12|pfx|jks|keystore|keytab|kdbx)$/;

/** Keys are small, and stand at a file's beginning or behind its certificates. In bytes. */
const mostOfFile = 64 * 1024;

/** The files in a root that hold a private key, whoever made it: paths in the root. */
export function privateKeys(root: string): string[] {
  return directories.flatMap((directory) => below(root, directory));
}

function below(root: string, directory: string): string[] {
  return entriesIn(join(root, directory)).flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) return below(root, path);
    return entry.isFile() && (stores.test(entry.name) || header.test(beginning(join(root, path))))
      ? [path]
      : [];
  });
}

function beginning(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(mostOfFile);
    return buffer.toString("latin1", 0, readSync(descriptor, buffer, 0, mostOfFile, 0));
  } finally {
    closeSync(descriptor);
  }
}
