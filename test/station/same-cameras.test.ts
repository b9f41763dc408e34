import { describe, expect, it } from 'vitest';
import { toFault } from '../../src-main/core/fault';
import { assertSameCameras } from '../../src-main/station/same-cameras';

const camera = (name: string, width = 640, height = 480) => ({ name, width, height });
const said = (wanted: ReturnType<typeof camera>[], chosen: ReturnType<typeof camera>[]) => {
  try {
    assertSameCameras(wanted, chosen);
    return null;
  } catch (error) {
    return toFault(error);
  }
};

describe('a dataset whose cameras are fixed', () => {
  it('takes the same cameras in any order', () => {
    expect(said([camera('front'), camera('wrist')], [camera('wrist'), camera('front')])).toBeNull();
    expect(said([], [])).toBeNull();
  });

  it('names the one that is missing', () => {
    const fault = said([camera('front'), camera('wrist')], [camera('front')]);
    expect(fault).toMatchObject({ kind: 'incompatible', message: expect.stringContaining('"wrist"') });
    expect(fault?.message).not.toContain('front');
    expect(fault?.tip).toContain('Plug it in');
  });

  it('names the one that is too many', () => {
    expect(said([camera('front')], [camera('front'), camera('side')])?.message).toContain('"side", only "front"');
    expect(said([], [camera('side')])?.message).toContain('only the joints');
  });

  it('says which size a changed one must have', () => {
    const fault = said([camera('front')], [camera('front', 1280, 720)]);
    expect(fault?.message).toContain('1280 × 720');
    expect(fault?.tip).toContain('Choose 640 × 480');
  });
});
