import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { repository } from '../sources.ts';

type Step = { readonly word: string; readonly rest: string };
type Stage = { readonly name: string; readonly steps: readonly Step[] };

/** The stages of a Dockerfile in order, each with what follows its FROM. */
function stagesOf(text: string): readonly Stage[] {
  const stages: { name: string; steps: Step[] }[] = [];
  for (const line of text.split('\n')) {
    const [, word, rest] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (!word || !rest) continue;
    if (word === 'FROM') stages.push({ name: / AS (\S+)$/.exec(rest)?.[1] ?? 'image', steps: [] });
    else stages.at(-1)?.steps.push({ word, rest });
  }
  return stages;
}

/** What of the repository a build is sent. Reads a `.dockerignore` that says `**` first, and then what is let through. */
export function contextIn(ignore: string): readonly string[] {
  const [first, ...rest] = ignore.trim().split('\n');
  const wrong = rest.filter((line) => !/^![\w./-]+$/.test(line));
  if (first !== '**' || wrong.length > 0)
    throw new Error(`.dockerignore: ** and then one !name a line is all that is read here, not ${wrong[0] ?? first}.`);
  return rest.map((line) => line.slice(1));
}

/** What each stage has as its root, by name (the last is `image`), and what the image is started with. */
export type Built = { readonly stages: Readonly<Record<string, string>>; readonly command: readonly string[] };

/**
 * A folder in which the steps of Dockerfiles are carried out without Docker: COPY copies from what a build is sent or from another stage, and
 * RUN is handed to a shell in a folder that is empty at first. Two things differ from Docker: the system is this one and not the image that
 * FROM names, and `npm ci` is answered by hard links to the packages that are installed here from the same lock file. `build` throws
 * a sentence with what a step printed when it fails.
 */
export function workshop() {
  mkdirSync(join(repository, '.build'), { recursive: true });
  // On the file system of the packages, since hard links do not leave it.
  const home = mkdtempSync(join(repository, '.build', 'steps-'));
  const packages = join(home, 'node_modules');
  const { status, stderr } = spawnSync('cp', ['-al', join(repository, 'node_modules'), home], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The packages could not be linked: ${stderr}`);
  let builds = 0;
  const installed: string[] = [];
  return {
    build(
      dockerfile: string,
      service: string,
      ignore = readFileSync(join(repository, '.dockerignore'), 'utf8'),
    ): Built {
      builds += 1;
      const folder = join(home, String(builds));
      for (const path of contextIn(ignore))
        cpSync(join(repository, path), join(folder, 'context', path), { recursive: true });
      try {
        return carryOut(dockerfile, service, folder, (to) => {
          renameSync(packages, join(to, 'node_modules'));
          installed.push(join(to, 'node_modules'));
        });
      } finally {
        for (const used of installed.splice(0)) renameSync(used, packages);
      }
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Puts the packages into a folder. */
type Link = (folder: string) => void;

function carryOut(dockerfile: string, service: string, home: string, link: Link): Built {
  const stages: Record<string, string> = {};
  let command: readonly string[] = [];
  for (const { name, steps } of stagesOf(dockerfile)) {
    const root = join(home, 'stages', name);
    let folder = root;
    const environment: Record<string, string> = {};
    mkdirSync(root, { recursive: true });
    for (const { word, rest } of steps) {
      if (word === 'WORKDIR') folder = join(root, rest);
      mkdirSync(folder, { recursive: true });
      if (word === 'ARG' && rest === 'SERVICE') environment.SERVICE = service;
      if (word === 'COPY') copy(rest, root, folder, { ...stages, context: join(home, 'context') });
      if (word === 'RUN' && rest === 'npm ci') install(folder, link);
      else if (word === 'RUN') run(rest, folder, environment);
      if (word === 'ENTRYPOINT' || word === 'CMD') command = [...command, ...(JSON.parse(rest) as string[])];
    }
    stages[name] = root;
  }
  return { stages, command };
}

function copy(rest: string, root: string, folder: string, places: Readonly<Record<string, string>>): void {
  const parts = rest.split(' ');
  const stage = /^--from=(\S+)$/.exec(parts[0] ?? '')?.[1];
  const source = places[stage ?? 'context'];
  const target = parts.at(-1) ?? '';
  const to = target.startsWith('/') ? join(root, target) : join(folder, target);
  for (const path of parts.slice(stage === undefined ? 0 : 1, -1)) {
    const found = source === undefined ? [] : globSync(join(source, path));
    if (found.length === 0) throw new Error(`COPY ${rest}: there is no ${path}.`);
    // Of a folder its content is copied; a file keeps its name.
    for (const one of found)
      cpSync(one, statSync(one).isDirectory() ? to : join(to, basename(one)), { recursive: true });
  }
}

function run(line: string, folder: string, environment: Readonly<Record<string, string>>): void {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-ec', line], {
    cwd: folder,
    encoding: 'utf8',
    // npm asks for a newer npm otherwise.
    env: { PATH: process.env.PATH ?? '', HOME: folder, NPM_CONFIG_UPDATE_NOTIFIER: 'false', ...environment },
  });
  if (status !== 0) throw new Error(`RUN ${line} ended with ${status}: ${stdout}${stderr}`);
}

/** `npm ci` takes three files that were copied before it, as they are here, and then there are the packages of the lock file. */
function install(folder: string, link: Link): void {
  const own = (name: string) => readFileSync(join(repository, name), 'utf8');
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    if (!existsSync(join(folder, name)) || readFileSync(join(folder, name), 'utf8') !== own(name))
      throw new Error(`RUN npm ci: ${name} was not copied.`);
  link(folder);
}
