/** A name that LTSP 5's lts.conf or LTSP's ltsp.conf had and this one has not, and what to write now. */
export interface Replaced {
  name: string;
  /** A sentence. */
  remedy: string;
}

/** In alphabetical order. A `_x` at the end stands for any name, as in the table of parameters. */
export const replaced: Replaced[] = [
  { name: "BASE_DIR", remedy: "Give ltsp the option --base-dir DIR." },
  { name: "HOSTNAME_BASE", remedy: "Write HOSTNAME=pc%{IP}, with another word for pc." },
  { name: "LDM_AUTOLOGIN", remedy: "Write AUTOLOGIN=user, with that user's name." },
  { name: "LDM_PASSWORD", remedy: "Write PASSWORDS_X=user/password, with the password in base64." },
  { name: "LDM_USERNAME", remedy: "Write AUTOLOGIN=user, with that user's name." },
  { name: "LIKE", remedy: "Write INCLUDE=section." },
  {
    name: "LOCAL_APPS_EXTRAMOUNTS",
    remedy:
      'Write a line for each directory: FSTAB_SHARED="server:/srv/shared /srv/shared nfs defaults 0 0".',
  },
  { name: "RCFILE_x", remedy: 'Write POST_INIT_X="…" with the commands to run.' },
  {
    name: "RM_SYSTEM_SERVICES",
    remedy: 'Write DISABLE_SYSTEM_SERVICES="dnsmasq nbd-server", with those names.',
  },
  { name: "SCREEN_x", remedy: "Take it out: the image's display manager starts by itself." },
  { name: "TFTP_DIR", remedy: "Give ltsp the option --tftp-dir DIR." },
  { name: "USE_LOCAL_SWAP", remedy: "Write LOCAL_SWAP=1 or LOCAL_SWAP=0." },
];
