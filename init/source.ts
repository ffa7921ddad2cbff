import { Failure } from "../conf/failure.ts";
import { type LayerText, parseLayers } from "../conf/layers.ts";

/** How the part before the options says where a layer is. */
export type Place =
  | { scheme: "nfs"; server: string; path: string }
  | { scheme: "nbd"; server: string; port: number; export: string }
  | { scheme: "http"; url: string }
  | { scheme: "file"; path: string };

/** One layer of the root: where it is, and how to mount it; its options are for mount(2)'s data. */
export interface Layer extends Omit<LayerText, "where"> {
  place: Place;
}

/** The first port that IANA gives to NBD. */
export const NBD_PORT = 10809;

const forms =
  "Write ltsp.image=nfs://SERVER/path/to.img, nfs://SERVER/path/, nbd://SERVER[:PORT]/EXPORT, " +
  "http://SERVER/path.img or file:/dev/… on the kernel command line; ltsp ipxe writes it into the menu.";

function invalid(text: string, why: string): Failure {
  return new Failure("invalid", `ltsp.image=${text}`, why, forms);
}

function place(text: string): Place {
  const url = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(text);
  if (url === null) return { scheme: "file", path: text };
  const scheme = url[1]?.toLowerCase();
  const rest = url[2] ?? "";
  const [, server = "", port = "", path = ""] = /^\/\/([^/:]*)(?::(\d+))?(\/.*)?$/.exec(rest) ?? [];
  switch (scheme) {
    case "nfs":
      if (server === "" || path === "") throw invalid(text, "an nfs address needs a server and a path");
      return { scheme, server, path };
    case "nbd":
      if (server === "" || path.length < 2)
        throw invalid(text, "an nbd address needs a server and an export");
      return { scheme, server, port: port === "" ? NBD_PORT : Number(port), export: path.slice(1) };
    case "http":
      if (server === "" || path === "") throw invalid(text, "an http address needs a server and a path");
      return { scheme, url: text };
    case "file":
      if (!rest.startsWith("/")) throw invalid(text, "a file needs its whole path");
      return { scheme, path: rest.replace(/^\/\/(?=\/)/, "") };
    default:
      throw invalid(text, `${scheme}: is no way to a root that this client knows`);
  }
}

/** The layers of `ltsp.image=`, top first: parted by `,,`. */
export function parseSource(text: string): Layer[] {
  if (text === "") throw invalid(text, "it is empty");
  return parseLayers(text, invalid).map(({ where, ...rest }) => ({ ...rest, place: place(where) }));
}

/**
 * What to boot, from the kernel command line: `ltsp.image=`, and the forms that older menus and Raspberry Pi
 * cmdline.txt use. `server`: for what names none.
 */
export function sourceOf(cmdline: ReadonlyMap<string, string>, server: string | undefined): Layer[] {
  const image = cmdline.get("ltsp.image") || undefined;
  const root = cmdline.get("root");
  if (root === "/dev/nfs" && !/^[a-z]+:/.test(image ?? "")) {
    // nfsroot=[SERVER:]PATH[,OPTIONS] (Documentation/admin-guide/nfs/nfsroot.rst)
    const [, host, path = "", options = ""] =
      /^(?:([^:/,]*):)?(\/[^,]*)?(,.*)?$/.exec(cmdline.get("nfsroot") ?? "") ?? [];
    const base = `nfs://${host || server || ""}${path.replace(/\/*$/, "")}`;
    if (image === undefined) return parseSource(`${base}/${options}`);
    // Its options are for mounting NFS itself, which needs none of them here.
    return parseSource(image).map((each) =>
      each.place.scheme === "file"
        ? { ...each, place: place(`${base}/${each.place.path.replace(/^\//, "")}`) }
        : each,
    );
  }
  if (/^\/dev\/nbd\d+$/.test(root ?? "") && !/^[a-z]+:/.test(image ?? "")) {
    // nbdroot=SERVER:PORT/NAME, SERVER:NAME, SERVER/NAME
    const [, host, port = "", name = ""] =
      /^([^:/,]*)(?::(\d+))?(?:[:/]([^,]*))?/.exec(cmdline.get("nbdroot") ?? "") ?? [];
    return parseSource(`nbd://${host || server || ""}${port && `:${port}`}/${name}`);
  }
  if (image === undefined)
    throw new Failure("missing", "ltsp.image", "the kernel command line does not say what to boot", forms);
  return parseSource(image);
}

/** A layer as the boot names it in messages. */
export function nameOf({ place }: Layer): string {
  switch (place.scheme) {
    case "nfs":
      return `nfs://${place.server}${place.path}`;
    case "nbd":
      return `nbd://${place.server}:${place.port}/${place.export}`;
    case "http":
      return place.url;
    case "file":
      return place.path;
  }
}
