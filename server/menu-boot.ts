// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the ${…} in strings are iPXE's variables

/**
 * What the kernel does faster by (Documentation/admin-guide/kernel-parameters.txt). It unpacks the initramfs into a
 * ramfs a tenth faster than into a tmpfs, and nothing of it outlives the boot. Testing its own ciphers at every boot,
 * which is for those who change them and is off where a kernel is configured as upstream proposes, takes it as long
 * as all its other late work.
 */
const faster = "rootfstype=ramfs cryptomgr.notests";

/** Initrds carry names, since UEFI's kernels find them by the initrd= of their command line, in that order. */
const initrds = "initrd=runtime.img initrd=modules.img ${rare_initrd} initrd=ltsp.img";

/**
 * The part of the menu that boots a version of the image called `${name}`, which clients reach as `${image}`: the
 * current one, or if one of its files is missing the previous one.
 */
export function bootVersion(): string[] {
  return [
    "# All files are of one version, even if there is a new one meanwhile: version.ipxe sets ${version} to it. An image",
    "# that an earlier ltsp has made has no versions.",
    ":current",
    "set missing",
    "chain --autofree ${base}/${name}/current/version.ipxe && set dir ${name}/${version} || set dir ${name}",
    "",
    ":version",
    ...fetch("kernel", "vmlinuz", { of: "${dir}", without: "previous", remedy: "ltsp kernel ${name}" }),
    // runtime.img first: at a corrupt archive the kernel stops unpacking, and what is there by then must be able to say so.
    ...fetch("initrd", "runtime.img", { without: "missing", remedy: "ltsp initrd" }),
    ...fetch("initrd", "modules.img", { of: "${dir}", without: "previous", remedy: "ltsp kernel ${name}" }),
    // Images of earlier versions have none, and most boots do without; so the command line comes when it is known.
    "set rare_initrd",
    "isset ${rare} && initrd --name modules-rare.img ${base}/${dir}/modules-rare.img && set rare_initrd initrd=modules-rare.img ||",
    ...fetch("initrd", "ltsp.img", { without: "missing", remedy: "ltsp initrd" }),
    `imgargs vmlinuz ${initrds} ${faster} ltsp.image=\${image} ltsp.base=\${base} \${missing} BOOTIF=01-\${card} \${kernel_parameters}`,
    "set file ${dir}/vmlinuz",
    "set remedy ltsp kernel ${name}",
    "boot || goto previous",
    "",
    ...previous,
  ];
}

const previous = [
  "# A file of the current version is missing: the version before it boots instead, and the client reports why.",
  ":previous",
  "isset ${missing} && goto missing ||",
  "chain --autofree ${base}/${name}/previous/version.ipxe || goto missing",
  "imgfree",
  "echo",
  "echo ltsp: ${base}/${file} cannot be fetched. Booting the version before it, ${version}",
  "set missing ltsp.missing=${file}",
  "set dir ${name}/${version}",
  "goto version",
  "",
];

interface Needed {
  /** The directory that it is in, if not that of all files. */
  of?: string;
  /** The label to go to without it. */
  without: string;
  /** The command that makes it. */
  remedy: string;
}

/** Fetches a file that no boot can do without. */
function fetch(command: "kernel" | "initrd", name: string, { of, without, remedy }: Needed): string[] {
  const file = of === undefined ? name : `${of}/${name}`;
  return [
    `set file ${file}`,
    `set remedy ${remedy}`,
    `${command} --name ${name} \${base}/${file} || goto ${without}`,
  ];
}
