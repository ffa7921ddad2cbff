/** One layer of a root, as an admin writes it: a place, then `,option` and `,option=value`. */
export interface LayerText {
  /** Where it is: a path, or a URL. */
  where: string;
  /** The file system's type, if not to be found out. */
  fstype: string | undefined;
  /** The partition of a disk image, counted from 1. */
  partition: number | undefined;
  /** The directory in the file system that is the root. */
  subdir: string | undefined;
  /** Options for mounting it. */
  options: string[];
}

/** Reads layers, top first, parted by `,,`. `wrong` makes the error for a layer of which it says why. */
export function parseLayers(text: string, wrong: (layer: string, why: string) => Error): LayerText[] {
  return text.split(",,").map((layer) => {
    const [where = "", ...all] = layer.split(",");
    const own = new Map(all.map((option) => option.split("=", 2) as [string, string | undefined]));
    const partition = own.get("partition");
    if (partition !== undefined && !/^[1-9]\d*$/.test(partition))
      throw wrong(layer, `partition=${partition} is no number from 1`);
    return {
      where,
      fstype: own.get("fstype"),
      partition: partition === undefined ? undefined : Number(partition),
      subdir: own.get("subdir"),
      options: all.filter((option) => !/^(fstype|partition|subdir)=/.test(option)),
    };
  });
}
