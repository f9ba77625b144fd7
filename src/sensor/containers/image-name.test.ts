import { expect, test } from 'vitest';
import { parseImageName } from './image-name.ts';

const HEX = 'ab'.repeat(32);

test.each([
  ['nginx', { imageRepository: 'nginx' }],
  ['nginx:1.25', { imageRepository: 'nginx', imageTag: '1.25' }],
  [
    'docker.io/library/nginx:latest',
    { imageRepository: 'docker.io/library/nginx', imageTag: 'latest' },
  ],
  ['localhost:5000/app', { imageRepository: 'localhost:5000/app' }],
  ['localhost:5000/app:2', { imageRepository: 'localhost:5000/app', imageTag: '2' }],
  [`app@sha256:${HEX}`, { imageRepository: 'app', imageDigest: `sha256:${HEX}` }],
  [`app:2@sha256:${HEX}`, { imageRepository: 'app', imageTag: '2', imageDigest: `sha256:${HEX}` }],
  [`sha256:${HEX}`, { imageId: HEX }],
  [HEX, { imageId: HEX }],
  [undefined, {}],
])('parseImageName reads %s', (name, expected) => {
  expect(parseImageName(name)).toEqual(expected);
});
