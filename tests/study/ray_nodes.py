"""A Ray cluster of several nodes on this machine, as a process: `python -m tests.study.ray_nodes COUNT`.

It prints its address, and ends when its standard input closes. What is read from it names a node to end.
"""

import sys

from ray.cluster_utils import Cluster

STORE = 100_000_000
"""Bytes of each node's object store: recordings are small."""


def main(count: int) -> None:
    """Holds the cluster until nobody wants it any more; a line `lose` takes a node away at once."""
    cluster = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "object_store_memory": STORE, "include_dashboard": False},
    )
    others = [cluster.add_node(num_cpus=1, object_store_memory=STORE) for _ in range(count - 1)]
    cluster.wait_for_nodes()
    print(cluster.address, flush=True)
    for line in sys.stdin:
        if line.strip() == "lose":
            cluster.remove_node(others.pop(), allow_graceful=False)
            print("lost", flush=True)
    cluster.shutdown()  # type: ignore[no-untyped-call] # Ray's own


if __name__ == "__main__":
    main(int(sys.argv[1]))
