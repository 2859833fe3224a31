%% Supervision trees: builds the tree of a script on OTP's supervisor (and on Elixir's
%% DynamicSupervisor, for nodes of the kind "dyn"), does its steps, and tells after
%% each what was returned, what happened, and what stands.
-module(otp_trees).
-behaviour(gen_server).
-export([run/1, start_sup/3, start_dyn/3, start_worker/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

%% Scripts with waits must do the rest in so many ms, or the window of a supervisor
%% passes on its own.
-define(SLACK, 1500).

-define(DYNAMIC, 'Elixir.DynamicSupervisor').

%% ---------------------------------------------------------------- a case

run(#{<<"tree">> := Tree, <<"steps">> := Steps} = Case) ->
    process_flag(trap_exit, true),
    Counts = ets:new(counts, [public, set]),
    Rec = spawn_link(fun() -> recorder(#{}, #{}, #{}, []) end),
    Ctx = {Counts, Rec},
    Begin = erlang:monotonic_time(millisecond),
    Started = start(Tree, [Ctx, <<>>, Tree]),
    Boot = observe(Ctx, <<"boot">>, started(Started)),
    Trace = [observe(Ctx, S, (catch step(Ctx, S))) || S <- Steps],
    Last = observe(Ctx, <<"shutdown">>, stop_root(Ctx, maps:get(<<"id">>, Tree))),
    Waits = lists:sum([Ms || #{<<"op">> := <<"wait">>, <<"ms">> := Ms} <- Steps]),
    Busy = erlang:monotonic_time(millisecond) - Begin - Waits,
    unlink(Rec),
    exit(Rec, kill),
    [throw(slow) || Waits > 0, Busy > ?SLACK],
    #{<<"case">> => maps:get(<<"case">>, Case, null), <<"trace">> => [Boot | Trace] ++ [Last]}.

%% The root is told to stop by its parent. Nothing may be left alive.
stop_root(Ctx, Id) ->
    case alive(Ctx, Id) of
        undefined -> <<"noproc">>;
        {P, _} ->
            M = monitor(process, P),
            exit(P, shutdown),
            receive {'DOWN', M, _, _, R} -> reason(R) end
    end.

%% ---------------------------------------------------------------- steps

step(_, #{<<"op">> := <<"wait">>, <<"ms">> := Ms}) ->
    timer:sleep(Ms),
    <<"ok">>;
step(Ctx, #{<<"op">> := <<"batch">>, <<"path">> := Path, <<"ops">> := Ops}) ->
    case alive(Ctx, Path) of
        undefined -> <<"noproc">>;
        {_, worker} -> <<"unsupported">>;
        {P, Kind} -> batch(Ctx, P, Kind, Path, Ops)
    end;
step(Ctx, #{<<"op">> := Op, <<"path">> := Path} = S) ->
    case alive(Ctx, Path) of
        undefined -> <<"noproc">>;
        {P, Kind} ->
            case death(Op, Kind, S) of
                none -> request(Ctx, P, Kind, Path, S);
                Deed -> Deed(P), gone(Ctx, Path, P, Op, Kind)
            end
    end.

%% How a process is brought to its end.
death(<<"stop">>, worker, #{<<"reason">> := R}) -> fun(P) -> gen_server:cast(P, {stop, to_reason(R)}) end;
death(<<"panic">>, worker, _) -> fun(P) -> gen_server:cast(P, panic) end;
death(<<"kill">>, _, _) -> fun(P) -> exit(P, kill) end;
death(<<"exit">>, _, #{<<"reason">> := R}) -> fun(P) -> by_a_stranger(fun() -> exit(P, to_reason(R)) end) end;
death(<<"ask_stop">>, _, #{<<"reason">> := R}) -> fun(P) -> gen_server:stop(P, to_reason(R), infinity) end;
death(_, _, _) -> none.

%% The process of the case is the root's parent, and no stranger.
by_a_stranger(Deed) ->
    {_, M} = spawn_monitor(Deed),
    receive {'DOWN', M, _, _, _} -> ok end.

%% An exit signal may be trapped or ignored; every other deed ends the process.
gone(_, _, _, <<"exit">>, _) -> <<"ok">>;
gone(Ctx, Path, P, _, _) ->
    M = monitor(process, P),
    receive {'DOWN', M, _, _, _} -> ok end,
    forgotten(Ctx, Path, P),
    <<"ok">>.

forgotten(Ctx, Path, P) ->
    case alive(Ctx, Path) of
        {P, _} -> erlang:yield(), forgotten(Ctx, Path, P);
        _ -> ok
    end.

%% The supervisor is suspended, so that it handles all of this only afterwards, in
%% this order. Requests are made by processes that wait.
batch(Ctx, P, Kind, Path, Ops) ->
    ok = sys:suspend(P),
    {Rets, _} = lists:mapfoldl(
                  fun(Op, K) ->
                          Ret = queue(Ctx, P, Kind, Path, Op),
                          K2 = case Ret of <<"noproc">> -> K; <<"unsupported">> -> K; _ -> K + 1 end,
                          arrived(P, K2, 500),
                          {Ret, K2}
                  end, 0, Ops),
    ok = sys:resume(P),
    iolist_to_binary(lists:join(",", [answer(R) || R <- Rets])).

queue(Ctx, P, Kind, Path, #{<<"path">> := Path} = S) ->
    Self = self(),
    Tag = make_ref(),
    spawn(fun() -> Self ! {Tag, retv(catch request(Ctx, P, Kind, Path, S))} end),
    {waits, Tag};
queue(_, _, _, _, #{<<"op">> := Op}) when Op =:= <<"exit">>; Op =:= <<"wait">>; Op =:= <<"batch">> ->
    <<"unsupported">>;
queue(Ctx, _, _, _, S) -> step(Ctx, S).

answer({waits, Tag}) -> receive {Tag, Ret} -> Ret end;
answer(Ret) -> Ret.

arrived(_, _, 0) -> timeout;
arrived(P, K, N) ->
    case process_info(P, message_queue_len) of
        {_, Q} when Q >= K -> ok;
        _ -> timer:sleep(1), arrived(P, K, N - 1)
    end.

%% ---------------------------------------------------------------- requests

request(Ctx, P, sup, Path, #{<<"op">> := Op} = S) ->
    Id = maps:get(<<"id">>, S, null),
    case Op of
        <<"start_child">> -> started(supervisor:start_child(P, spec(Ctx, Path, maps:get(<<"spec">>, S))));
        <<"restart_child">> -> restarted(supervisor:restart_child(P, Id));
        <<"terminate_child">> -> result(supervisor:terminate_child(P, Id));
        <<"delete_child">> -> result(supervisor:delete_child(P, Id));
        <<"get_childspec">> -> told(supervisor:get_childspec(P, Id));
        <<"which_children">> -> listed([[I, state(Ctx, C)] || {I, C, _, _} <- supervisor:which_children(P)]);
        <<"count_children">> -> counted(counts(sup, P));
        _ -> <<"unsupported">>
    end;
request(Ctx, P, dyn, Path, #{<<"op">> := Op} = S) ->
    case Op of
        <<"start_child">> -> started(?DYNAMIC:start_child(P, spec(Ctx, Path, maps:get(<<"spec">>, S))));
        <<"terminate_child">> -> result(?DYNAMIC:terminate_child(P, last_known(Ctx, Path, S)));
        <<"which_children">> -> listed(lists:sort(dyn_children(Ctx, P)));
        <<"count_children">> -> counted(counts(dyn, P));
        _ -> <<"unsupported">>
    end;
request(_, _, worker, _, _) -> <<"unsupported">>.

%% A child of a dynamic supervisor is known by its pid; a stranger stands for one that never was.
last_known(Ctx, Path, #{<<"id">> := Id}) ->
    case ask(Ctx, {known, <<Path/binary, "/", Id/binary>>}) of
        undefined -> self();
        P -> P
    end.

counts(sup, P) ->
    L = supervisor:count_children(P),
    [proplists:get_value(K, L) || K <- [specs, active, supervisors, workers]];
counts(dyn, P) ->
    M = ?DYNAMIC:count_children(P),
    [maps:get(K, M) || K <- [specs, active, supervisors, workers]].

dyn_children(Ctx, P) ->
    [case C of
         restarting -> [<<"?">>, <<"restarting">>];
         _ -> case ask(Ctx, {name, C}) of
                  {Path, N} -> [leaf(Path), N];
                  undefined -> [<<"?">>, <<"?">>]
              end
     end || {_, C, _, _} <- ?DYNAMIC:which_children(P)].

state(_, undefined) -> <<"down">>;
state(_, restarting) -> <<"restarting">>;
state(Ctx, P) ->
    case ask(Ctx, {name, P}) of
        {_, N} -> N;
        undefined -> <<"?">>
    end.

%% ---------------------------------------------------------------- what stands

%% Waits until nothing moves any more, then takes events and a snapshot.
observe({_, Rec} = Ctx, S, Ret) ->
    Snap = settle(Ctx, none, 0),
    #{<<"step">> => S, <<"ret">> => retv(Ret), <<"events">> => canon(ask({x, Rec}, take)), <<"snap">> => Snap}.

settle(_, Snap, 4) -> Snap;
settle(Ctx, Before, N) ->
    otp_oracle:breathe(),
    case {snap(Ctx), quiet(Ctx)} of
        {Before, true} -> settle(Ctx, Before, N + 1);
        {Snap, _} -> settle(Ctx, Snap, 0)
    end.

%% Nothing queued, nothing running, and no replaced process still dying.
quiet({_, Rec} = Ctx) ->
    Pids = [Rec | [P || {_, {_, P, _}} <- living(Ctx)]],
    ask(Ctx, dying) =:= 0 andalso lists:all(fun idle/1, Pids).

idle(P) ->
    case process_info(P, [message_queue_len, status]) of
        undefined -> true;
        [{_, 0}, {_, waiting}] -> true;
        _ -> false
    end.

snap(Ctx) ->
    maps:from_list([{Path, stands(Ctx, Kind, P, N)} || {Path, {N, P, Kind}} <- living(Ctx)]).

stands(_, worker, _, N) -> N;
stands(Ctx, Kind, P, _) ->
    try
        Children = case Kind of
                       sup -> [[Id, state(Ctx, C)] || {Id, C, _, _} <- lists:reverse(supervisor:which_children(P))];
                       dyn -> lists:sort(dyn_children(Ctx, P))
                   end,
        #{<<"children">> => Children, <<"counts">> => counts(Kind, P)}
    catch exit:_ -> <<"gone">>
    end.

%% Events of one step: for each parent the list of init and term of its children, in
%% order; the ends as a set. Where OTP leaves the order open, the lists are sorted:
%% below a supervisor that was killed, and of a dynamic supervisor that ended.
canon(Events) ->
    Killed = [Path || {down, Path, _, <<"killed">>, K} <- Events, K =/= worker],
    Dynamic = [Path || {down, Path, _, _, dyn} <- Events],
    Lists = lists:foldl(fun({down, _, _, _, _}, A) -> A;
                           ({What, Path, N, X}, A) ->
                                E = [What, leaf(Path), N, X],
                                maps:update_with(parent(Path), fun(V) -> V ++ [E] end, [E], A)
                        end, #{}, Events),
    Open = fun(Parent) ->
                   lists:member(Parent, Dynamic) orelse lists:any(fun(K) -> below(Parent, K) end, Killed)
           end,
    Ordered = maps:map(fun(Parent, L) -> case Open(Parent) of true -> sort(L); false -> L end end, Lists),
    Ordered#{<<"down">> => lists:sort([[Path, N, X] || {down, Path, N, X, _} <- Events])}.

sort(L) -> lists:sort([[atom_to_binary(W), Id, N, X] || [W, Id, N, X] <- L]).

below(Path, Path) -> true;
below(Path, Top) ->
    L = byte_size(Top),
    case Path of
        <<Top:L/binary, "/", _/binary>> -> true;
        _ -> false
    end.

%% ---------------------------------------------------------------- the recorder

%% Alive: Path => {N, Pid, Kind}. Names: Pid => {Path, N}, of all that ever were.
recorder(Alive, Mons, Names, Events) ->
    receive
        {ask, F, R, {init, Path, N, Kind, <<"ok">>}} ->
            M = monitor(process, F),
            F ! {R, ok},
            recorder(Alive#{Path => {N, F, Kind}}, Mons#{M => {Path, N, Kind}},
                     Names#{F => {Path, N}, {last, Path} => F}, [{init, Path, N, <<"ok">>} | Events]);
        {ask, F, R, {init, Path, N, _, Outcome}} ->
            F ! {R, ok},
            recorder(Alive, Mons, Names, [{init, Path, N, Outcome} | Events]);
        {ask, F, R, {term, Path, N, Why}} ->
            F ! {R, ok},
            recorder(Alive, Mons, Names, [{term, Path, N, Why} | Events]);
        {ask, F, R, take} ->
            F ! {R, lists:reverse(Events)},
            recorder(Alive, Mons, Names, []);
        {ask, F, R, Question} ->
            F ! {R, case Question of
                        living -> maps:to_list(Alive);
                        dying -> map_size(Mons) - map_size(Alive);
                        {alive, Path} -> maps:get(Path, Alive, undefined);
                        {known, Path} -> maps:get({last, Path}, Names, undefined);
                        {name, P} -> maps:get(P, Names, undefined)
                    end},
            recorder(Alive, Mons, Names, Events);
        {'DOWN', M, _, P, Why} ->
            #{M := {Path, N, Kind}} = Mons,
            Left = case Alive of
                       #{Path := {_, P, _}} -> maps:remove(Path, Alive);
                       _ -> Alive
                   end,
            recorder(Left, maps:remove(M, Mons), Names, [{down, Path, N, reason(Why), Kind} | Events])
    end.

ask({_, Rec}, Question) ->
    R = make_ref(),
    Rec ! {ask, self(), R, Question},
    receive {R, X} -> X end.

living(Ctx) -> ask(Ctx, living).

alive(Ctx, Path) ->
    case ask(Ctx, {alive, Path}) of
        undefined -> undefined;
        {_, P, Kind} -> {P, Kind}
    end.

%% ---------------------------------------------------------------- the processes

start(#{<<"kind">> := <<"worker">>}, Args) -> apply(?MODULE, start_worker, Args);
start(#{<<"kind">> := <<"dyn">>}, Args) -> apply(?MODULE, start_dyn, Args);
start(#{<<"kind">> := <<"sup">>}, Args) -> apply(?MODULE, start_sup, Args).

start_sup(Ctx, Parent, S) -> supervisor:start_link(?MODULE, {sup, Ctx, join(Parent, S), S}).
start_dyn(Ctx, Parent, S) -> ?DYNAMIC:start_link(?MODULE, {dyn, Ctx, join(Parent, S), S}, []).
start_worker(Ctx, Parent, S) -> gen_server:start_link(?MODULE, {worker, Ctx, join(Parent, S), S}, []).

spec(Ctx, Parent, #{<<"id">> := Id, <<"kind">> := Kind} = S) ->
    {Start, Type} = case Kind of
                        <<"sup">> -> {start_sup, supervisor};
                        <<"dyn">> -> {start_dyn, supervisor};
                        <<"worker">> -> {start_worker, worker}
                    end,
    M = #{id => Id, start => {?MODULE, Start, [Ctx, Parent, S]}, type => Type,
          restart => word(maps:get(<<"restart">>, S, <<"permanent">>)),
          significant => maps:get(<<"significant">>, S, false)},
    case S of
        #{<<"shutdown">> := Ms} when is_integer(Ms) -> M#{shutdown => Ms};
        #{<<"shutdown">> := Word} -> M#{shutdown => word(Word)};
        _ -> M
    end.

init({Kind, {Counts, _} = Ctx, Path, S}) ->
    N = ets:update_counter(Counts, Path, 1, {Path, 0}),
    Plan = maps:get(<<"init">>, S, [<<"ok">>]),
    Outcome = lists:nth(min(N, length(Plan)), Plan),
    Traps = Kind =/= worker orelse maps:get(<<"trap">>, S, true),
    process_flag(trap_exit, Traps),
    ask(Ctx, {init, Path, N, Kind, Outcome}),
    case Outcome of
        <<"ok">> -> ready(Kind, Ctx, Path, N, S);
        <<"ignore">> -> ignore;
        <<"error">> when Kind =:= worker -> {stop, bad_init};
        <<"error">> -> exit(bad_init);
        <<"panic">> -> error(init_panic)
    end.

ready(worker, Ctx, Path, N, S) -> {ok, {Ctx, Path, N, maps:get(<<"on_shutdown">>, S, <<"ok">>)}};
ready(sup, Ctx, Path, _, S) ->
    {ok, {#{strategy => word(maps:get(<<"strategy">>, S, <<"one_for_one">>)),
            intensity => maps:get(<<"intensity">>, S, 1),
            period => maps:get(<<"period">>, S, 5),
            auto_shutdown => word(maps:get(<<"auto_shutdown">>, S, <<"never">>))},
          [spec(Ctx, Path, C) || C <- maps:get(<<"children">>, S, [])]}};
ready(dyn, _, _, _, S) ->
    ?DYNAMIC:init([{strategy, one_for_one},
                   {max_restarts, maps:get(<<"intensity">>, S, 1)},
                   {max_seconds, maps:get(<<"period">>, S, 5)},
                   {max_children, maps:get(<<"max_children">>, S, infinity)}]).

handle_call(_, _, S) -> {reply, ok, S}.

handle_cast({stop, R}, {Ctx, Path, N, _}) -> {stop, R, {Ctx, Path, N, <<"ok">>}};
handle_cast(panic, _) -> error(handler_panic).

handle_info(_, S) -> {noreply, S}.

terminate(R, {Ctx, Path, N, How}) ->
    ask(Ctx, {term, Path, N, reason(R)}),
    case {How, R} of
        {<<"hang">>, shutdown} -> timer:sleep(infinity);
        {<<"panic">>, shutdown} -> error(terminate_panic);
        _ -> ok
    end.

%% ---------------------------------------------------------------- words

reason(normal) -> <<"normal">>;
reason(shutdown) -> <<"shutdown">>;
reason({shutdown, _}) -> <<"shutdown_tagged">>;
reason(killed) -> <<"killed">>;
reason(noproc) -> <<"noproc">>;
reason(_) -> <<"error">>.

to_reason(<<"tagged">>) -> {shutdown, x};
to_reason(B) -> word(B).

word(B) -> binary_to_atom(B).

started({ok, undefined}) -> <<"ignored">>;
started({ok, P}) when is_pid(P) -> <<"started">>;
started(ignore) -> <<"ignored">>;
started({error, {already_started, _}}) -> <<"already_started">>;
started({error, A}) when A =:= already_present; A =:= max_children -> atom_to_binary(A);
started({error, {bad_combination, _}}) -> <<"invalid">>;
started({error, {R, #{id := _}}}) -> failed(R);
started({error, {R, {child, _, _, _, _, _, _, _, _}}}) -> failed(R);
started({error, R}) -> failed(R).

restarted({error, A}) when A =:= running; A =:= restarting; A =:= not_found -> atom_to_binary(A);
restarted(R) -> started(R).

%% The children that failed, from the outermost on, and why the last one did.
failed(R) -> iolist_to_binary(["failed", failed_at(R)]).

failed_at({shutdown, {failed_to_start_child, Id, R}}) -> [" ", Id, failed_at(R)];
failed_at(R) -> [" ", reason(R)].

result(ok) -> <<"ok">>;
result({error, A}) when is_atom(A) -> atom_to_binary(A).

told({error, not_found}) -> <<"not_found">>;
told({ok, #{restart := R, shutdown := Sd, type := T, significant := Sig, start := {_, _, Args}}}) ->
    Words = [atom_to_list(R), io_lib:format("~p", [Sd]), atom_to_list(T), atom_to_list(Sig),
             case Args of undefined -> "released"; _ -> "kept" end],
    iolist_to_binary(lists:join(" ", Words)).

listed(L) -> iolist_to_binary(lists:join(" ", [[Id, ":", shown(X)] || [Id, X] <- L])).

counted(L) -> iolist_to_binary(lists:join(" ", [integer_to_binary(N) || N <- L])).

shown(N) when is_integer(N) -> integer_to_binary(N);
shown(B) -> B.

retv({'EXIT', {R, _}}) -> <<"exit ", (reason(R))/binary>>;
retv({'EXIT', R}) -> <<"exit ", (reason(R))/binary>>;
retv(B) -> B.

join(<<>>, #{<<"id">> := Id}) -> Id;
join(Parent, #{<<"id">> := Id}) -> <<Parent/binary, "/", Id/binary>>.

leaf(Path) -> lists:last(binary:split(Path, <<"/">>, [global])).

parent(Path) ->
    case lists:droplast(binary:split(Path, <<"/">>, [global])) of
        [] -> <<"-">>;
        L -> iolist_to_binary(lists:join("/", L))
    end.
