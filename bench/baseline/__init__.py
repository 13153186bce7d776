"""The same number of hops by hand, without logic: what the system is measured against.

    webhook -> web -> [inbound] -> route -> [turns] -> agent -> [replies] -> gate -> [outbound]
            -> deliver -> carrier

Five processes on aiokafka and psycopg, uvloop as in the system. Each of the four consumers takes
batches of up to 500, writes one inbox row and one state row per message in one transaction per
batch, publishes with acks=all, and then commits its offsets.
"""
