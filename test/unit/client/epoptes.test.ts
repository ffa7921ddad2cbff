import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { epoptes } from "../../../client/epoptes.ts";
import { clientWith, fileOf } from "./client.ts";

const image = {
  "usr/sbin/epoptes-client": "",
  "etc/ltsp/server/epoptes.crt": "the server's",
  "etc/default/epoptes-client": "#SERVER=other\nWOL=g\n",
};

test("the server's certificate is where epoptes-client looks for it", () => {
  const client = clientWith("", { ...image, "etc/epoptes/server.crt": "the template's" });
  epoptes(client);
  expect(fileOf(client, "etc/epoptes/server.crt")).toBe("the server's");
  expect(fileOf(client, "etc/default/epoptes-client")).toBe(image["etc/default/epoptes-client"]);
});

test("a SERVER that is a name is told to epoptes-client, as /etc/hosts cannot hold it", () => {
  const client = clientWith("[clients]\nSERVER=srv.school.example", image);
  epoptes(client);
  expect(fileOf(client, "etc/default/epoptes-client")).toMatch(/\nWOL=g\nSERVER=srv\.school\.example\n$/);
});

test("an image that names another console keeps it and its certificate", () => {
  const client = clientWith("[clients]\nSERVER=srv.school.example", {
    ...image,
    "etc/default/epoptes-client": "SERVER=teacher-pc\n",
    "etc/epoptes/server.crt": "the teacher's",
  });
  epoptes(client);
  expect(fileOf(client, "etc/epoptes/server.crt")).toBe("the teacher's");
  expect(fileOf(client, "etc/default/epoptes-client")).toBe("SERVER=teacher-pc\n");
});

test("an image without epoptes-client gets nothing", () => {
  const client = clientWith("", { "etc/ltsp/server/epoptes.crt": "the server's" });
  epoptes(client);
  for (const path of ["etc/epoptes", "etc/default", "run"])
    expect(existsSync(`${client.root}/${path}`), path).toBe(false);
});
