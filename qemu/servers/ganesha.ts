import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lan } from "../lan.ts";
import { Daemon } from "./daemon.ts";

/** NFS 3 and 4 without the kernel's help, so that it runs in a namespace and where the kernel has no nfsd. */
export function ganeshaConf(dir: string): string {
  return `NFS_CORE_PARAM {
  Protocols = 3, 4;
  mount_path_pseudo = true;
  Bind_addr = 192.168.67.1;
  MNT_Port = 20048;
  Enable_NLM = false;
  Enable_RQUOTA = false;
}
NFSV4 {
  Graceless = true;
  RecoveryBackend = fs;
  # As the kernel's own NFS server does: a plain root needs its owners, and a booting client has no names for them.
  Only_Numeric_Owners = true;
  RecoveryRoot = "${dir}/ganesha";
}
${share(1, "/srv/ltsp")}
${share(2, "/srv/roots")}
${share(3, "/srv/writable", "RW")}
`;
}

function share(id: number, path: string, access: "RO" | "RW" = "RO"): string {
  return `EXPORT {
  Export_Id = ${id};
  Path = "${path}";
  Pseudo = "${path}";
  Access_Type = ${access};
  Squash = No_root_squash;
  SecType = sys;
  FSAL { Name = VFS; }
}`;
}

/** NFS 3 needs a portmapper; -w keeps what was registered when it starts again. */
export function rpcbind(lan: Lan): Daemon {
  return new Daemon(lan.namespace, {
    name: "rpcbind",
    argv: ["rpcbind", "-w", "-f"],
    ports: [{ protocol: "tcp", port: 111 }],
    log: join(lan.dir, "rpcbind.log"),
  });
}

export function ganesha(lan: Lan): Daemon {
  const conf = join(lan.dir, "ganesha.conf");
  mkdirSync(join(lan.dir, "ganesha"), { recursive: true });
  writeFileSync(conf, ganeshaConf(lan.dir));
  const ownLog = join(lan.dir, "ganesha.own.log");
  return new Daemon(lan.namespace, {
    name: "nfs-ganesha",
    argv: ["ganesha.nfsd", "-F", "-f", conf, "-L", ownLog, "-p", join(lan.dir, "ganesha.pid")],
    ports: [
      { protocol: "tcp", port: 2049 },
      { protocol: "tcp", port: 20048 },
    ],
    log: join(lan.dir, "ganesha.log"),
    ownLog,
  });
}
