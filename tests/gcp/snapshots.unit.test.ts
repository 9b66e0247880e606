import { describe, expect, test } from 'vitest';
import { gcpChangeSentences } from '../../bin/gcp/change-sentences.ts';
import { gcpSnapshots } from '../../bin/gcp/examples.ts';
import { committedGcp, staleGcp } from '../../bin/gcp/snapshots.ts';
import { environments } from '../../stacks/environments.ts';
import { exampleNote } from '../../stacks/gcp/snapshot.ts';
import { spoiled } from './blocks.ts';

const snapshots = gcpSnapshots();
const committed = committedGcp();

describe('the committed stacks', () => {
  test('are byte for byte what is synthesized', () => {
    expect(Object.keys(snapshots)).toEqual([
      'dev/gcp-analytics',
      'dev/gcp-network',
      'prod/gcp-analytics',
      'prod/gcp-network',
    ]);
    expect(staleGcp(snapshots, committed)).toEqual([]);
  });

  test('a space more, one less and one that is gone are found', () => {
    const text = committed['prod/gcp-network'];
    expect(staleGcp(snapshots, { ...committed, 'prod/gcp-network': `${text} `, 'prod/gcp-gone': '{}\n' })).toEqual([
      'stacks/snapshots/prod/gcp-gone.json is not what is synthesized; run "npm run synth -- --write-snapshots".',
      'stacks/snapshots/prod/gcp-network.json is not what is synthesized; run "npm run synth -- --write-snapshots".',
    ]);
    expect(staleGcp(snapshots, {})).toHaveLength(4);
  });

  test('hold no path of a machine, no hash, and no text of the job, and are short enough to read', () => {
    for (const text of Object.values(committed)) {
      // The one path is of YARN's pages.
      const unwanted = text.match(/"\/(?!ws\/v1\/)[a-z]|file:|node_modules|\b[0-9a-f]{40,}\b|ScramLoginModule/g);
      expect(unwanted ?? []).toEqual([]);
      expect(text.split('\n').length).toBeLessThan(1_300);
    }
  });

  test('say where addresses stand in for those of AWS', () => {
    expect(snapshots['dev/gcp-analytics']?.['//']).toBe(exampleNote);
    expect(snapshots['dev/gcp-network']).not.toHaveProperty('//');
    expect(committed['dev/gcp-network']).not.toMatch(/203\.0\.113\./);
  });
});

describe('what changed is told in words', () => {
  const place = 'prod/gcp-network';
  const after = (path: string, value: unknown, of = place) => ({
    ...snapshots,
    [of]: spoiled(snapshots[of] ?? {}, path, value),
  });
  const sentences = (path: string, value: unknown, of = place) => gcpChangeSentences(snapshots, after(path, value, of));

  test('a range, with both values', () => {
    expect(sentences('resource.google_compute_subnetwork.subnet.ip_cidr_range', '10.71.0.0/16')).toEqual([
      'prod/gcp-network:',
      expect.stringMatching(
        /^. changed google_compute_subnetwork subnet: ip_cidr_range "10\.70\.0\.0\/16" → "10\.71\.0\.0\/16"$/,
      ),
      expect.stringMatching(/^1 changes in 1 of 4 stacks/),
    ]);
  });

  test('a way that is opened, marked, because security hangs on it', () => {
    const path = 'resource.google_compute_firewall.firewall-ssh-in.priority';
    expect(sentences(path, 900)).toEqual([
      'prod/gcp-network:',
      '! changed google_compute_firewall firewall-ssh-in: priority 1000 → 900',
      '1 changes in 1 of 4 stacks; security hangs on 1 of them (!).',
    ]);
  });

  test('a role that is added, a way that is gone, and a machine that is only bigger', () => {
    const grant = { role: 'roles/viewer', member: 'x', project: 'x' };
    expect(sentences('resource.google_project_iam_member.more', grant, 'dev/gcp-analytics')[1]).toBe(
      '! added google_project_iam_member more',
    );
    expect(sentences('resource.google_compute_firewall.firewall-deny-in', undefined)[1]).toBe(
      '! removed google_compute_firewall firewall-deny-in',
    );
    const machine = 'resource.google_dataproc_cluster.cluster.cluster_config.master_config.machine_type';
    expect(sentences(machine, 'n2-standard-8', 'prod/gcp-analytics')[1]).toBe(
      '  changed google_dataproc_cluster cluster: cluster_config.master_config.machine_type "n2-standard-4" → "n2-standard-8"',
    );
  });

  test('what is neither a resource nor read from Google, too', () => {
    expect(sentences('terraform.required_version', '>= 1.0')[1]).toMatch(/^. changed terraform required_version/);
    expect(sentences('variable.tunnel_0_key.sensitive', false, 'dev/gcp-analytics')[1]).toContain(
      'variable tunnel_0_key',
    );
    expect(sentences('data.google_compute_instance.master.zone', 'x', 'dev/gcp-analytics')[1]).toContain(
      'data google_compute_instance master: zone',
    );
  });

  test('nothing, where nothing changed; the same rows twice give the same stacks', () => {
    expect(gcpChangeSentences(snapshots, gcpSnapshots())).toEqual(['No change in 4 stacks.']);
  });

  test('a row that changed', () => {
    const { dev } = environments;
    const [bigger] = [gcpSnapshots([{ ...dev, gcp: { ...dev.gcp, asn: 64_700 } }])];
    const told = gcpChangeSentences(gcpSnapshots([dev]), bigger);
    expect(told.filter((line) => line.includes('bgp.asn 64620 → 64700'))).toHaveLength(1);
  });
});
