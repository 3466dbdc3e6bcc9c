import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { recipeOf } from '../../src/domain/video/arguments.ts';
import type { VideoOperation } from '../../src/domain/video/operation.ts';
import { UnusableVideo } from '../../src/domain/video/probe.ts';
import { probe, transcode } from '../../src/services/videos/ffmpeg.ts';
import { ffmpeg, folder, makeClip, streamsOf } from './clips.ts';

const live = () => new AbortController().signal;

let clip: Buffer;
let long: Buffer;
beforeAll(() => {
  clip = makeClip();
  long = makeClip({ seconds: 60, size: '640x480', rate: 30, sound: false });
});

function store(bytes: Uint8Array | string, name = 'input'): string {
  const file = join(folder(), name);
  writeFileSync(file, bytes);
  return file;
}

async function apply(operation: Exclude<VideoOperation, { type: 'probe' }>, bytes: Buffer = clip) {
  const input = store(bytes);
  const output = `${input}.out`;
  const media = await probe(input, live());
  const recipe = recipeOf(operation, media);
  const seen: number[] = [];
  await transcode({ input, output, recipe, signal: live(), onProgress: (done) => seen.push(done) });
  return { recipe, seen, result: streamsOf(readFileSync(output)) };
}

const videoOf = ({ streams }: ReturnType<typeof streamsOf>) =>
  streams.find((each) => each.codec_type === 'video');
const audioOf = ({ streams }: ReturnType<typeof streamsOf>) =>
  streams.find((each) => each.codec_type === 'audio');

describe('probe', () => {
  it('tells what a video is like', async () => {
    expect(await probe(store(clip), live())).toEqual({
      container: 'mp4',
      durationSeconds: expect.closeTo(2, 0),
      video: { codec: 'h264', width: 64, height: 48, framesPerSecond: 10 },
      audio: { codec: 'aac', channels: 1, sampleRate: 44_100 },
    });
    expect(await probe(store(makeClip({ format: 'webm' })), live())).toMatchObject({
      container: 'webm',
      video: { codec: 'vp9' },
      audio: { codec: 'opus' },
    });
  });

  it('goes by the content, not by the name', async () => {
    expect(await probe(store(clip, 'list.m3u8'), live())).toMatchObject({ container: 'mp4' });
  });

  it('refuses what is no video, is too long or too large', async () => {
    const sound = join(folder(), 'sound.mp4');
    ffmpeg(['-f', 'lavfi', '-i', 'sine=duration=1', sound]);
    const endless = join(folder(), 'endless.mp4');
    ffmpeg(['-f', 'lavfi', '-i', 'color=size=16x16:rate=1:duration=601', endless]);
    const wide = join(folder(), 'wide.mp4');
    ffmpeg(['-f', 'lavfi', '-i', 'color=size=4112x16:rate=1:duration=1', wide]);
    for (const [file, message] of [
      [store('no video at all'), /not a video/],
      [store(clip.subarray(0, 200)), /not a video/],
      [sound, /has no video/],
      [endless, /601 s long; 600 s are taken/],
      [wide, /4112 x 16 pixels/],
    ] as const) {
      const refused = probe(file, live());
      await expect(refused).rejects.toThrow(UnusableVideo);
      await expect(refused).rejects.toThrow(message);
    }
  });

  it('opens nothing that a file names: no playlist, no list of files, no other file, no address', async () => {
    const place = folder();
    const secret = join(place, 'secret.mp4');
    writeFileSync(secret, clip);
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end(clip);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/clip.mp4`;
    const hls = (target: string) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${target}\n#EXT-X-ENDLIST\n`;
    for (const [name, content] of [
      ['local.m3u8', hls(secret)],
      ['remote.m3u8', hls(url)],
      ['remote.mp4', hls(url)],
      ['list.txt', `ffconcat version 1.0\nfile '${secret}'\n`],
      ['list.ffconcat', `ffconcat version 1.0\nfile ${url}\n`],
      ['page.mpd', `<MPD><BaseURL>${url}</BaseURL></MPD>`],
      ['session.sdp', `v=0\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n`],
    ] as const) {
      await expect(probe(store(content, name), live()), name).rejects.toThrow(UnusableVideo);
    }
    expect(asked).toEqual([]);
  });
});

describe('transcode', () => {
  it('takes a picture at a moment', async () => {
    const { recipe, result } = await apply({ type: 'thumbnail', atSeconds: 1 });
    expect(recipe).toMatchObject({ extension: 'jpg', contentType: 'image/jpeg' });
    expect(result.streams).toMatchObject([{ codec_name: 'mjpeg', width: 64, height: 48 }]);
  });

  it('cuts a clip to the frame', async () => {
    const { recipe, result } = await apply({ type: 'trim', start: 0.5, end: 1.3 });
    expect(recipe.seconds).toBeCloseTo(0.8);
    expect(videoOf(result)).toMatchObject({ codec_name: 'h264', nb_read_frames: '8' });
    expect(audioOf(result)).toMatchObject({ codec_name: 'aac' });
  });

  it('keeps WebM when it cuts', async () => {
    const { result } = await apply({ type: 'trim', start: 0, end: 1 }, makeClip({ format: 'webm' }));
    expect(result.format.format_name).toContain('webm');
    expect(videoOf(result)).toMatchObject({ codec_name: 'vp9', nb_read_frames: '10' });
  });

  it.each([
    [{ width: 32 }, 32, 24],
    [{ height: 96 }, 128, 96],
    [{ width: 48, height: 48 }, 48, 48],
  ])('scales to %j', async (sides, width, height) => {
    const { result } = await apply({ type: 'scale', ...sides });
    expect(videoOf(result)).toMatchObject({ codec_name: 'h264', width, height, nb_read_frames: '20' });
  });

  it('converts both ways', async () => {
    const webm = await apply({ type: 'convert', format: 'webm' });
    expect(videoOf(webm.result)).toMatchObject({ codec_name: 'vp9', nb_read_frames: '20' });
    expect(audioOf(webm.result)).toMatchObject({ codec_name: 'opus' });
    const mp4 = await apply({ type: 'convert', format: 'mp4' }, makeClip({ format: 'webm', sound: false }));
    expect(mp4.recipe.contentType).toBe('video/mp4');
    expect(mp4.result.streams).toMatchObject([{ codec_name: 'h264', nb_read_frames: '20' }]);
  });

  it.each([
    ['mp3', 'mp3', 'audio/mpeg'],
    ['m4a', 'aac', 'audio/mp4'],
    ['ogg', 'opus', 'audio/ogg'],
    ['wav', 'pcm_s16le', 'audio/wav'],
  ] as const)('extracts the sound as %s', async (format, codec, contentType) => {
    const { recipe, result } = await apply({ type: 'extractAudio', format });
    expect(recipe.contentType).toBe(contentType);
    expect(result.streams).toMatchObject([{ codec_type: 'audio', codec_name: codec }]);
    expect(Number(result.format.duration)).toBeCloseTo(2, 0);
  });

  it('says what a video has not', async () => {
    const media = await probe(store(makeClip({ sound: false })), live());
    expect(() => recipeOf({ type: 'extractAudio', format: 'mp3' }, media)).toThrow(/no sound/);
    expect(() => recipeOf({ type: 'thumbnail', atSeconds: 2.5 }, media)).toThrow(/nothing at 2.5 s/);
    expect(() => recipeOf({ type: 'trim', start: 2.5, end: 3 }, media)).toThrow(/nothing at 2.5 s/);
    expect(() => recipeOf({ type: 'scale', height: 4096 }, media)).toThrow(/5461 x 4096 pixels/);
  });

  it('tells its progress, which only rises', async () => {
    const { seen } = await apply({ type: 'scale', width: 320 }, long);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
    expect(seen.at(-1)).toBeCloseTo(60, 0);
  });

  it('is killed when it is not wanted any more', async () => {
    const input = store(long);
    const recipe = recipeOf({ type: 'convert', format: 'webm' }, await probe(input, live()));
    const controller = new AbortController();
    const started = performance.now();
    const running = transcode({
      input,
      output: `${input}.out`,
      recipe,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('not wanted')),
    });
    await expect(running).rejects.toThrow('not wanted');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(existsSync(`${input}.out`)).toBe(true);
  });

  it('refuses a video that breaks off', async () => {
    const input = store(makeFragment());
    const recipe = recipeOf({ type: 'convert', format: 'mp4' }, await probe(input, live()));
    const run = transcode({ input, output: `${input}.out`, recipe, signal: live(), onProgress: () => {} });
    await expect(run).rejects.toThrow(UnusableVideo);
  });
});

/** Its index is whole, half of the pictures are missing. */
function makeFragment(): Buffer {
  const file = join(folder(), 'fast.mp4');
  ffmpeg(['-i', store(clip), '-c', 'copy', '-movflags', '+faststart', file]);
  const bytes = readFileSync(file);
  return bytes.subarray(0, Math.floor(bytes.length * 0.7));
}
