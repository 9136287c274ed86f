import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

test('the types accept correct uses and reject incorrect ones', () => {
  const modules = process.env.GLAS_NPM;
  assert.ok(modules, 'GLAS_NPM is not set: run this test with `cargo xtask test`');
  const compiler = join(modules, 'typescript/bin/tsc');
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext'];
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, join(import.meta.dirname, 'usage.ts')]);
  assert.equal(status, 0, String(stdout));
});
