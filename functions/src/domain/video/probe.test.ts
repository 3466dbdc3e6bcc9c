import { expect, it } from 'vitest';
import { readProbe, UnusableVideo } from './probe.ts';

const video = {
  codec_type: 'video',
  codec_name: 'h264',
  width: 640,
  height: 360,
  avg_frame_rate: '30000/1001',
};
const audio = { codec_type: 'audio', codec_name: 'aac', channels: 2, sample_rate: '48000' };
const format = { format_name: 'mov,mp4,m4a,3gp,3g2,mj2', duration: '12.5' };
const read = (streams: object[], change: object = {}) =>
  readProbe(JSON.stringify({ streams, format: { ...format, ...change } }));

it('reads the first video and the first sound', () => {
  expect(read([audio, video])).toEqual({
    container: 'mp4',
    durationSeconds: 12.5,
    video: { codec: 'h264', width: 640, height: 360, framesPerSecond: 29.97 },
    audio: { codec: 'aac', channels: 2, sampleRate: 48_000 },
  });
});

it('tells WebM from Matroska by what is in it', () => {
  const matroska = { format_name: 'matroska,webm' };
  expect(read([{ ...video, codec_name: 'vp9' }], matroska).container).toBe('webm');
  expect(read([video], matroska).container).toBe('matroska');
});

it('takes no cover picture for a video', () => {
  const cover = { ...video, codec_name: 'mjpeg', disposition: { attached_pic: 1 } };
  expect(() => read([cover, audio])).toThrow(/no video in it/);
  expect(read([cover, video]).video.codec).toBe('h264');
});

it.each<[string, () => unknown, RegExp]>([
  ['no JSON', () => readProbe('ffprobe: not found'), /not a video/],
  ['another shape', () => readProbe('{"streams":7}'), /not a video/],
  ['a codec that is not taken', () => read([{ ...video, codec_name: 'gif' }]), /codec gif/],
  ['a sound that is not taken', () => read([video, { ...audio, codec_name: 'amr_nb' }]), /codec amr_nb/],
  ['a container that is not taken', () => read([video], { format_name: 'avi' }), /neither MP4/],
  ['no size', () => read([{ ...video, width: 0 }]), /not a video/],
  ['too wide', () => read([{ ...video, width: 4098 }]), /4098 x 360/],
  ['no length', () => read([video], { duration: undefined }), /how long/],
  ['an endless one', () => read([video], { duration: 'N/A' }), /not a video/],
  ['too long', () => read([video], { duration: '600.01' }), /601 s long/],
])('refuses %s', (_, run, message) => {
  expect(run).toThrow(UnusableVideo);
  expect(run).toThrow(message);
});
