import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { demoOptions } from '../../src-main/commands/demo';
import { count, flag, helpOf, parseOptions } from '../../src-main/commands/options';

describe('command line options', () => {
  it('have defaults and take numbers from text', () => {
    expect(parseOptions(demoOptions, [])).toMatchObject({
      task: 'push',
      policy: 'mlp',
      episodes: 30,
      trials: 50,
      json: false,
    });
    expect(parseOptions(demoOptions, ['--task', 'reach', '--episodes', '7', '--json'])).toMatchObject({
      task: 'reach',
      episodes: 7,
      json: true,
    });
  });

  it.each([
    [['--task', 'dance'], /--task/],
    [['--episodes', '0'], /--episodes/],
    [['--episodes', 'many'], /--episodes/],
    [['--speed', '3'], /speed/],
    [['push'], /push/],
  ])('refuse %j and say which option it was', (argv, message) => {
    expect(() => parseOptions(demoOptions, argv)).toThrow(message);
  });

  it('have a line of help each', () => {
    for (const name of Object.keys(demoOptions.schema.shape)) expect(helpOf(demoOptions)).toContain(`--${name}`);
  });

  it('name a required option that is missing', () => {
    const spec = {
      schema: z.object({ trials: count, json: flag }),
      flags: ['json'],
      help: { trials: 'how many', json: 'as JSON' },
    };
    expect(() => parseOptions(spec, ['--json'])).toThrow(/--trials/);
  });
});
