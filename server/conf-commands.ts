import type { Command } from "commander";
import type { Options, Report } from "./options.ts";
import type { SubjectOptions } from "./subject.ts";

/** Adds `ltsp conf` and its subcommands. `options` are the global ones, `done` takes what a subcommand did. */
export function addConf(program: Command, options: () => Options, done: (report: Report) => void): void {
  const conf = program
    .command("conf")
    .description("check, show, explain, edit ltsp.conf, or make a first one");
  listParameters(program, conf);

  conf
    .command("check")
    .description("say what is wrong with it, line by line; exit status 1 if there are errors")
    .argument("[file]", "instead of /etc/ltsp/ltsp.conf")
    .action(async (file: string | undefined) => {
      const { confCheck } = await import("./conf-check.ts");
      done(confCheck(file ?? options().conf));
    });

  forSubject(conf.command("show"))
    .description("show the parameters in effect for a client, as lines that ltsp.conf and sh can read")
    .argument("[file]", "instead of /etc/ltsp/ltsp.conf")
    .action(async (file: string | undefined, own: SubjectOptions) => {
      const [{ confShow }, { subjectOf }] = await Promise.all([
        import("./conf-show.ts"),
        import("./subject.ts"),
      ]);
      done(confShow(file ?? options().conf, subjectOf(own)));
    });

  forSubject(conf.command("explain"))
    .description("show which line set each of them, and which earlier lines it replaced")
    .argument("[name]", "only this parameter, or family (FSTAB), with its help")
    .argument("[file]", "instead of /etc/ltsp/ltsp.conf")
    .action(async (first: string | undefined, second: string | undefined, own: SubjectOptions) => {
      const [{ confExplain, nameAndFile }, { subjectOf }] = await Promise.all([
        import("./conf-explain.ts"),
        import("./subject.ts"),
      ]);
      const { name, file } = nameAndFile(first, second);
      done(confExplain(file ?? options().conf, subjectOf(own), name));
    });

  conf
    .command("edit")
    .description("edit it in $EDITOR, check it, and install it only when it is right")
    .action(async () => {
      const [{ confEdit }, { terminal }] = await Promise.all([
        import("./conf-edit.ts"),
        import("./terminal.ts"),
      ]);
      const updateClients = async () => {
        const [{ initrd }, { compiledBinary }] = await Promise.all([
          import("./initrd.ts"),
          import("./binary.ts"),
        ]);
        return initrd(compiledBinary(), options());
      };
      done(await confEdit(options().conf, terminal, updateClients));
    });

  conf
    .command("new")
    .description("write a first one, with comments that tell what can be in it")
    .argument("[file]", "instead of /etc/ltsp/ltsp.conf")
    .action(async (file: string | undefined) => {
      const { confNew } = await import("./conf-new.ts");
      done(confNew(file ?? options().conf));
    });
}

/** Below the help of `ltsp conf` stand the parameters, whose table is loaded when `ltsp conf` is what is run. */
function listParameters(program: Command, conf: Command): void {
  program.hook("preSubcommand", async (_, command) => {
    if (command !== conf) return;
    const { parameterList } = await import("../conf/parameter-text.ts");
    const lines = parameterList().map((line) => `  ${line}`);
    const more = "More of one: ltsp conf explain NAME. All of it: man ltsp.conf";
    conf.addHelpText("after", ["\nParameters of ltsp.conf:", ...lines, "", more].join("\n"));
  });
}

function forSubject(command: Command): Command {
  return command
    .option("--mac <address>", "for the client with this MAC address")
    .option("--ip <address/prefix>", "and this IP address; the prefix is 24 if none is given")
    .option("--hostname <name>", "and this name, as DHCP gives it")
    .option("--applet <applet>", "while this applet runs; init is the client's boot")
    .option("--server", "for the server")
    .option("--from <address>", "that boots from this server, which is what $SERVER is")
    .option("--cmdline <text>", "with this kernel command line");
}
