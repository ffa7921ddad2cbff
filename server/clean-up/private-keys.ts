import { join } from "node:path";
import { entriesIn, headOf } from "../files.ts";

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
    return entry.isFile() &&
      (stores.test(entry.name) || header.test(headOf(join(root, path), mostOfFile).toString("latin1")))
      ? [path]
      : [];
  });
}
