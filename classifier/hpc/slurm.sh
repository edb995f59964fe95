#!/usr/bin/env bash
# A Slurm job of Seston: a training on one or several GPUs, or a worker that takes up the site's trainings.
# How to use it: docs/cluster.md
#
#   sbatch slurm.sh train --manifest set.parquet --out model     a training, on all GPUs that the job has
#   sbatch slurm.sh worker                                       a worker of the queue `gpu`, until the time is up
#
#SBATCH --job-name=seston
#SBATCH --gres=gpu:1
#SBATCH --cpus-per-task=8
#SBATCH --mem=32G
#SBATCH --time=08:00:00
#SBATCH --output=seston-%j.log
#SBATCH --signal=B:TERM@120
#SBATCH --requeue

set -euo pipefail

# Slurm runs a copy of this script, so the checkout is told, or is where the job was sent from.
cd "${SESTON_CHECKOUT:-${SLURM_SUBMIT_DIR:-$PWD}}"
python="${SESTON_PYTHON:-.venv/bin/python}"
export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"
export PYTHONPATH="platform:.${PYTHONPATH:+:$PYTHONPATH}"

usage() {
  echo "usage: sbatch slurm.sh train OPTIONS… | worker" >&2
  exit 2
}

train() {
  local processes="${SLURM_GPUS_ON_NODE:-1}" nodes="${SLURM_JOB_NUM_NODES:-1}"
  if [ "$nodes" -gt 1 ]; then
    local first
    first="$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)"
    exec srun --ntasks="$nodes" --ntasks-per-node=1 "$python" -m torch.distributed.run \
      --nnodes "$nodes" --nproc-per-node "$processes" \
      --rdzv-backend c10d --rdzv-id "$SLURM_JOB_ID" --rdzv-endpoint "$first:${SESTON_PORT:-29500}" \
      -m classifier train "$@"
  elif [ "$processes" -gt 1 ]; then
    export OMP_NUM_THREADS="$((OMP_NUM_THREADS / processes > 0 ? OMP_NUM_THREADS / processes : 1))"
    exec "$python" -m torch.distributed.run --standalone --nproc-per-node "$processes" -m classifier train "$@"
  else
    exec "$python" -m classifier train "$@"
  fi
}

worker() {
  : "${DATABASE_URL:?the address of the site\'s PostgreSQL}" "${REDIS_URL:?the address of its Redis}"
  exec "$python" -m celery -A seston worker -Q gpu --concurrency 1 --loglevel INFO \
    --hostname "gpu-${SLURM_JOB_ID:-$$}@%h"
}

# The two minutes' notice that the time is up reaches this shell: it is passed on, and the job is put back into the
# queue, where the same command goes on from the last epoch.
stop() {
  kill -TERM "$child" 2>/dev/null || true
  wait "$child" || true
  if [ "$verb" = train ] && [ -n "${SLURM_JOB_ID:-}" ]; then
    scontrol requeue "$SLURM_JOB_ID"
  fi
  exit 0
}

verb="${1:-}"
[ -n "$verb" ] && shift
case "$verb" in
  train | worker) "$verb" "$@" & child=$! ;;
  *) usage ;;
esac
trap stop TERM
wait "$child"
