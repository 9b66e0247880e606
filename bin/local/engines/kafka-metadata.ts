import { connect } from 'node:net';

/** What a broker says about its cluster: the id, and how many brokers take part. */
export type ClusterMetadata = { readonly clusterId: string; readonly brokers: number };

const metadataRequest = (() => {
  // Metadata, version 2, correlation id 1, no client id, no topics (https://kafka.apache.org/protocol#The_Messages_Metadata).
  const body = Buffer.alloc(14);
  body.writeInt16BE(3, 0);
  body.writeInt16BE(2, 2);
  body.writeInt32BE(1, 4);
  body.writeInt16BE(-1, 8);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
})();

/** Asks the broker at a local port who it is. Throws when nobody answers within two seconds. */
export function clusterMetadata(port: number): Promise<ClusterMetadata> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(metadataRequest));
    let received = Buffer.alloc(0);
    socket.setTimeout(2_000, () => socket.destroy(new Error('the broker does not answer')));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      socket.destroy();
      try {
        resolve(parse(received.subarray(8)));
      } catch (error) {
        reject(error);
      }
    });
  });
}

function parse(answer: Buffer): ClusterMetadata {
  let at = 0;
  const skip = (bytes: number) => {
    at += bytes;
    return at - bytes;
  };
  const int32 = () => answer.readInt32BE(skip(4));
  const text = () => {
    const length = Math.max(0, answer.readInt16BE(skip(2)));
    const start = skip(length);
    return answer.toString('utf8', start, start + length);
  };
  const brokers = int32();
  for (let left = brokers; left > 0; left--) {
    int32();
    text();
    int32();
    text();
  }
  return { clusterId: text(), brokers };
}
