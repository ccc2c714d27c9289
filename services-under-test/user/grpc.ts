/** The user service's gRPC interface (`fixtures/protos/user.proto`): who somebody is, for services that have to reach them. */
import type { GrpcServerOptions } from '../kit/grpc-server.ts';
import type { Logger } from '../kit/log.ts';
import { ProblemError } from '../kit/problem.ts';
import { orUnavailable } from '../kit/unavailable.ts';
import type { UserStore } from './store.ts';

export function usersOverGrpc(store: UserStore, log: Logger): GrpcServerOptions {
  return {
    proto: 'user.proto',
    service: 'shop.user.v1.Users',
    unary: {
      async GetById({ userId }: { readonly userId: string }) {
        const account = await orUnavailable('the account service', () => store.find(userId), log);
        if (account === undefined)
          throw new ProblemError(404, 'Account not found', { detail: `there is no account ${userId}` });
        return account;
      },
    },
    log,
  };
}
