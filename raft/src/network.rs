//! How groups of different nodes reach each other: a transport that knows nodes and groups, and openraft's view of it.
//!
//! Invariant: a message reaches the node and the group that it is for, or the sender is told that it did not.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use openraft::errors::{RPCError, ReplicationClosed, StreamingError, Unreachable};
use openraft::network::{RPCOption, RaftNetworkFactory, RaftNetworkV2};
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, TransferLeaderRequest, TransferLeaderResponse,
    VoteRequest, VoteResponse,
};

use crate::machine::{Snapshot, SnapshotBody};
use crate::types::{Types, Vote};

/// Carries messages of all groups between nodes.
#[async_trait]
pub(crate) trait Transport: Send + Sync {
    async fn append(
        &self,
        group: u32,
        target: u64,
        rpc: AppendEntriesRequest<Types>,
    ) -> Result<AppendEntriesResponse<Types>, RPCError<Types>>;
    async fn vote(
        &self,
        group: u32,
        target: u64,
        rpc: VoteRequest<Types>,
        pre: bool,
    ) -> Result<VoteResponse<Types>, RPCError<Types>>;
    async fn snapshot(
        &self,
        group: u32,
        target: u64,
        vote: Vote,
        snapshot: Snapshot,
    ) -> Result<SnapshotResponse<Types>, StreamingError<Types>>;
    async fn transfer(
        &self,
        group: u32,
        target: u64,
        rpc: TransferLeaderRequest<Types>,
    ) -> Result<TransferLeaderResponse<Types>, RPCError<Types>>;
}

/// The other nodes as one group sees them; None on a lone node, which reaches nobody.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) group: u32,
    pub(crate) transport: Option<Arc<dyn Transport>>,
}

/// A group's way to one node.
pub(crate) struct Peer {
    network: Network,
    target: u64,
}

/// What a message to a node that cannot be reached ends with.
pub(crate) fn unreachable(target: u64) -> Unreachable<Types> {
    let error = std::io::Error::other(format!("node {target} cannot be reached"));
    Unreachable::new(&error)
}

impl RaftNetworkFactory<Types> for Network {
    type Network = Peer;

    async fn new_client(&mut self, target: u64, _node: &openraft::EmptyNode) -> Peer {
        Peer { network: self.clone(), target }
    }
}

impl Peer {
    fn transport(&self) -> Result<&Arc<dyn Transport>, Unreachable<Types>> {
        self.network.transport.as_ref().ok_or_else(|| unreachable(self.target))
    }
}

impl RaftNetworkV2<Types> for Peer {
    type SnapshotData = SnapshotBody;

    async fn append_entries(
        &mut self,
        rpc: AppendEntriesRequest<Types>,
        option: RPCOption,
    ) -> Result<AppendEntriesResponse<Types>, RPCError<Types>> {
        let call = self.transport()?.append(self.network.group, self.target, rpc);
        tokio::time::timeout(option.hard_ttl(), call).await.unwrap_or_else(|_| Err(unreachable(self.target).into()))
    }

    async fn vote(
        &mut self,
        rpc: VoteRequest<Types>,
        option: RPCOption,
    ) -> Result<VoteResponse<Types>, RPCError<Types>> {
        let call = self.transport()?.vote(self.network.group, self.target, rpc, false);
        tokio::time::timeout(option.hard_ttl(), call).await.unwrap_or_else(|_| Err(unreachable(self.target).into()))
    }

    async fn pre_vote(
        &mut self,
        rpc: VoteRequest<Types>,
        option: RPCOption,
    ) -> Result<VoteResponse<Types>, RPCError<Types>> {
        let call = self.transport()?.vote(self.network.group, self.target, rpc, true);
        tokio::time::timeout(option.hard_ttl(), call).await.unwrap_or_else(|_| Err(unreachable(self.target).into()))
    }

    async fn full_snapshot(
        &mut self,
        vote: Vote,
        snapshot: Snapshot,
        cancel: impl Future<Output = ReplicationClosed> + Send + 'static,
        _option: RPCOption,
    ) -> Result<SnapshotResponse<Types>, StreamingError<Types>> {
        let transport = self.transport().map_err(StreamingError::Unreachable)?;
        let call = transport.snapshot(self.network.group, self.target, vote, snapshot);
        futures::pin_mut!(call, cancel);
        match futures::future::select(call, cancel).await {
            futures::future::Either::Left((answer, _)) => answer,
            futures::future::Either::Right((closed, _)) => Err(StreamingError::Closed(closed)),
        }
    }

    async fn transfer_leader(
        &mut self,
        rpc: TransferLeaderRequest<Types>,
        option: RPCOption,
    ) -> Result<TransferLeaderResponse<Types>, RPCError<Types>> {
        let call = self.transport()?.transfer(self.network.group, self.target, rpc);
        tokio::time::timeout(option.hard_ttl(), call).await.unwrap_or_else(|_| Err(unreachable(self.target).into()))
    }
}
