import type { ByteWriter } from '#capture/byte-writer.ts';
import { writeEvent } from '#capture/write-event.ts';
import type { Container, ContainerRuntime } from '#model/container.ts';
import { eventId } from '#model/event-schema.ts';

const CONTAINER_JSON = eventId('container_json_e');
/** A parameter's length is told in 16 bits. */
const JSON_MAX = 65_000;

/** How captures number runtimes (CT_DOCKER …). */
const TYPES: Readonly<Record<ContainerRuntime, number>> = {
  docker: 0,
  lxc: 1,
  host: 5,
  runc: 5,
  crun: 5,
  unknown: 5,
  containerd: 7,
  'cri-o': 8,
  podman: 11,
};

/** Writes what is known of a container, for state only: name, image, labels, mounts. */
export function writeContainer(to: ByteWriter, container: Container, timeNs: bigint): void {
  const facts = factsOf(container);
  const whole = encode({ ...facts, labels: container.labels ?? {}, Mounts: mountsOf(container) });
  // Thousands of mounts are nobody's question; which image it is, is.
  const json = whole.length <= JSON_MAX ? whole : encode(facts);
  if (json.length > JSON_MAX) return;
  writeEvent(to, { timeNs, tid: -1, type: CONTAINER_JSON, cpu: 0 }, [json], true);
}

function encode(facts: object): Buffer {
  return Buffer.from(`${JSON.stringify({ container: facts })}\0`);
}

function factsOf(container: Container) {
  const { imageRepository = '', imageTag = '', startedAtMs = 0 } = container;
  return {
    id: container.id,
    full_id: container.fullId,
    type: TYPES[container.runtime],
    name: container.name ?? '',
    image: imageTag === '' ? imageRepository : `${imageRepository}:${imageTag}`,
    imagerepo: imageRepository,
    imagetag: imageTag,
    imagedigest: container.imageDigest ?? '',
    imageid: container.imageId ?? '',
    created_time: Math.floor(startedAtMs / 1000),
    ...(container.privileged === undefined ? {} : { privileged: container.privileged }),
  };
}

function mountsOf({ mounts = [] }: Container) {
  return mounts.map(({ source, destination, mode, writable, propagation }) => ({
    Source: source,
    Destination: destination,
    Mode: mode,
    RW: writable,
    Propagation: propagation,
  }));
}
