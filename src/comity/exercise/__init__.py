"""An exercise: several real nodes on loopback, founded, staffed with synthetic people and bound by an agreement.

What demo, benchmarks and fault tests share. Everything goes through the doors that users have: command line, HTTP, socket.
"""
