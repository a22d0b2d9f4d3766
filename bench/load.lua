-- wrk script: sends the requests of a file, each a line with its length and then its bytes, over and over.
-- With a second argument, "new", each of them as a call of its own: with an invocation id that none had before.

local requests, position = {}, 0
local beginnings, ends, calls = {}, {}, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for length in function() return file:read("*n", 1) end do
    requests[#requests + 1] = file:read(length)
  end
  file:close()
  if args[2] ~= "new" then return end
  for place, request in ipairs(requests) do
    local before, after = request:match("^(.-amz%-sdk%-invocation%-id: [%x%-]-)%d%d%d%d%d%d%d%d%d%d%d%d(\r\n.*)$")
    beginnings[place], ends[place] = assert(before), after
  end
end

function request()
  position = position % #requests + 1
  if #ends == 0 then return requests[position] end
  calls = calls + 1
  return beginnings[position] .. string.format("%012d", calls) .. ends[position]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
