/** One mailbox in a process of its own: the port comes as the argument, and the parent hears when it is open. */
import server from 'aws-ses-v2-local';

const port = Number(process.argv[2]);
const listening = await server.default({ host: '127.0.0.1', port });
listening.on('error', (error) => {
  throw error;
});
process.send?.({ listening: port });
process.on('SIGTERM', () => process.exit(0));
