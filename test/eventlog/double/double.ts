import {
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerErrorResponse,
  status,
} from "@grpc/grpc-js";
import gossip from "@eventstore/db-client/generated/gossip_pb.js";
import { GossipService } from "@eventstore/db-client/generated/gossip_grpc_pb.js";
import { ServerFeaturesService } from "@eventstore/db-client/generated/serverfeatures_grpc_pb.js";
import features from "@eventstore/db-client/generated/serverfeatures_pb.js";
import shared from "@eventstore/db-client/generated/shared_pb.js";
import { StreamsService } from "@eventstore/db-client/generated/streams_grpc_pb.js";
import type streams from "@eventstore/db-client/generated/streams_pb.js";
import { streamName, successMessage, toProposed, wrongVersionMessage } from "./messages.ts";
import { answerRead, notLeader } from "./reading.ts";
import { type Expected, MAX_APPEND_BYTES, type ProposedEvent, Store } from "./store.ts";

const HOST = "127.0.0.1";
const State = gossip.MemberInfo.VNodeState;
/** What a node does instead of answering. */
export type Trouble =
  | "none"
  /** Takes calls and says nothing, like a stopped process. */
  | "silent"
  /** Stores what it is sent, and drops the connection before it answers. */
  | "cutsAfterAppend"
  /** Answers as a server that shuts down. */
  | "shuttingDown";

/**
 * One node of an EventStoreDB: real gRPC on loopback, served from the service stubs that the client ships. Nodes that
 * share a store are a cluster.
 */
export class Double {
  trouble: Trouble = "none";
  /** How many appends it was sent. */
  appendCalls = 0;
  /** The node that leads; null: this one. */
  leader: Double | null = null;
  /** All nodes, for who asks where the cluster is. */
  members: readonly Double[] = [this];
  readonly store: Store;
  #server: Server | undefined;
  #port = 0;

  constructor(store = new Store()) {
    this.store = store;
  }

  get port(): number {
    return this.#port;
  }

  /** A connection string of this node alone. */
  get url(): string {
    return `esdb://${HOST}:${String(this.#port)}?tls=false`;
  }

  /** Listens; after {@link kill} on the same port again. */
  async start(): Promise<void> {
    const server = new Server({ "grpc.max_receive_message_length": 17 * 1024 * 1024 });
    server.addService(StreamsService, {
      append: this.#append,
      read: this.#read,
      delete: unimplemented,
      tombstone: unimplemented,
      batchAppend: unimplemented,
    });
    server.addService(ServerFeaturesService, { getSupportedMethods });
    server.addService(GossipService, { read: this.#gossip });
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${HOST}:${String(this.#port)}`, ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
    this.#server = server;
  }

  /** Every connection is cut, in the middle of whatever goes on. What is stored stays. */
  kill(): void {
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  readonly #append: handleClientStreamingCall<streams.AppendReq, streams.AppendResp> = (call, answer) => {
    let options: streams.AppendReq.Options | undefined;
    const events: ProposedEvent[] = [];
    call.on("data", (message: streams.AppendReq) => {
      options ??= message.getOptions();
      const proposed = message.getProposedMessage();
      if (proposed !== undefined) events.push(toProposed(proposed));
    });
    call.on("error", () => undefined);
    call.on("end", () => {
      this.appendCalls += 1;
      if (options === undefined || this.trouble === "silent") return;
      const refusal = this.#refusal(call.metadata);
      if (refusal !== null) {
        answer(refusal);
        return;
      }
      const stream = streamName(options.getStreamIdentifier());
      const appended = this.store.append(stream, events, expectedOf(options));
      if (this.trouble === "cutsAfterAppend") {
        this.kill();
        return;
      }
      switch (appended.kind) {
        case "success":
          answer(null, successMessage(appended.last));
          return;
        case "wrongVersion":
          answer(null, wrongVersionMessage(appended.current));
          return;
        case "tooLarge":
          answer(tooLarge());
          return;
      }
    });
  };

  readonly #read: handleServerStreamingCall<streams.ReadReq, streams.ReadResp> = (call) => {
    if (this.trouble === "silent") return;
    const refusal = this.#refusal(call.metadata);
    if (refusal !== null) {
      call.emit("error", refusal);
      return;
    }
    answerRead(this.store, call).catch((error: unknown) => call.emit("error", error));
  };

  readonly #gossip: handleUnaryCall<shared.Empty, gossip.ClusterInfo> = (_call, answer) => {
    if (this.trouble === "silent") return;
    const members = this.members.map((node) =>
      new gossip.MemberInfo()
        .setInstanceId(new shared.UUID().setString("00000000-0000-4000-8000-000000000000"))
        .setTimeStamp("0")
        .setState(node.leader === null ? State.LEADER : State.FOLLOWER)
        .setIsAlive(node.#server !== undefined)
        .setHttpEndPoint(new gossip.EndPoint().setAddress(HOST).setPort(node.port)),
    );
    answer(null, new gossip.ClusterInfo().setMembersList(members));
  };

  #refusal(metadata: Metadata): ServerErrorResponse | null {
    if (this.trouble === "shuttingDown") return failure(status.UNAVAILABLE, "Server Is Shutting Down");
    const wantsLeader = metadata.get("requires-leader")[0] === "true";
    if (!wantsLeader || this.leader === null) return null;
    return Object.assign(new Error("not the leader"), notLeader(HOST, this.leader.port));
  }
}

const unimplemented = (): void => {
  throw new Error("the product does not use this call");
};

// Without its batches, of which the client would not keep the deadline: credentials make it use single calls.
const getSupportedMethods: handleUnaryCall<shared.Empty, features.SupportedMethods> = (_call, answer) => {
  answer(null, new features.SupportedMethods().setEventStoreServerVersion("23.10.8"));
};

function expectedOf(options: streams.AppendReq.Options): Expected {
  if (options.hasNoStream()) return "noStream";
  if (options.hasStreamExists()) return "streamExists";
  return options.hasRevision() ? Number(options.getRevision()) : "any";
}

function tooLarge(): ServerErrorResponse {
  const metadata = new Metadata();
  metadata.set("exception", "maximum-append-size-exceeded");
  metadata.set("maximum-append-size", String(MAX_APPEND_BYTES));
  return failure(status.INVALID_ARGUMENT, "Maximum Append Size Exceeded", metadata);
}

function failure(code: status, details: string, metadata = new Metadata()): ServerErrorResponse {
  return Object.assign(new Error(details), { code, details, metadata });
}
